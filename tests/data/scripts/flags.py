import tensorflow as tf
flags = tf.app.flags
flags.DEFINE_string('name', 'x', 'help of name')
flags.DEFINE_integer('n', 3, 'n')
flags.DEFINE_boolean('fast', False, 'fast')
tf.flags.DEFINE_float('rate', 0.5, 'rate')
flags.DEFINE_bool("log", True, "l")
flags.DEFINE_list('items', 'a,b', 'items') if hasattr(flags, 'DEFINE_list') else None
flags.DEFINE_enum('kind', 'lstm', ['lstm', 'gru'], 'kind')
FLAGS = flags.FLAGS
def main(argv):
    print(argv[1:], FLAGS.name, FLAGS.n, FLAGS.fast, FLAGS.rate, FLAGS.log, FLAGS.kind)
    print(sorted(k for k in FLAGS.flag_values_dict() if k in ('name', 'n', 'fast', 'rate', 'log', 'kind')))
    for k in ('name', 'n', 'fast'):
        print(k, FLAGS.__flags[k].value if hasattr(FLAGS.__flags[k], 'value') else FLAGS.__flags[k])
    FLAGS.n = 9
    print(FLAGS.n, 'n' in FLAGS, FLAGS['n'].value)
    tf.logging.set_verbosity(tf.logging.INFO)
    tf.logging.info('info %d', 3)
    tf.logging.warn('warn')
    return 5
if __name__ == '__main__':
    tf.app.run()

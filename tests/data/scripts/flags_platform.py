from tensorflow.python.platform import flags
import tensorflow as tf
flags.DEFINE_integer("k", 2, "k")
FLAGS = flags.FLAGS
def main(_):
    print(FLAGS.k, tf.app.flags.FLAGS.k)
    d = FLAGS.__flags
    print(FLAGS.flag_values_dict()['k'], [x for x in d.keys() if x == 'k'])
    raise SystemExit(4)
if __name__ == '__main__':
    tf.app.run(main=main, argv=['prog', '--k=7', 'rest'])

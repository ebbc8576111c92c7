import tensorflow as tf
tf.flags.DEFINE_integer("embedding_dim", 128, "Dim")
tf.flags.DEFINE_float("keep", 0.5, "")
FLAGS = tf.flags.FLAGS
FLAGS._parse_flags()
print("Parameters:")
for attr, value in sorted(FLAGS.__flags.items()):
    print("{}={}".format(attr.upper(), value))
print(FLAGS.embedding_dim, FLAGS.keep)

import tensorflow as tf, numpy as np
ds = tf.data.Dataset.from_tensor_slices((np.arange(10, dtype=np.float32), np.arange(10) * 2))
ds = ds.map(lambda a, b: (a + 1, b)).batch(4).repeat(1)
it = ds.make_one_shot_iterator()
n = it.get_next()
ds2 = tf.data.Dataset.range(100).shuffle(10, seed=1).padded_batch(3, [])
it2 = ds2.make_initializable_iterator()
n2 = it2.get_next()
it3 = tf.data.Iterator.from_structure(ds.output_types, ds.output_shapes)
init3 = it3.make_initializer(ds)
n3 = it3.get_next()
print(ds.output_types, ds.output_shapes)
h = tf.placeholder(tf.string, [])
it4 = tf.data.Iterator.from_string_handle(h, ds.output_types, ds.output_shapes)
g = tf.data.Dataset.from_generator(lambda: iter([[1, 2], [3]]), tf.int32, tf.TensorShape([None]))
n5 = g.padded_batch(2, [None]).make_one_shot_iterator().get_next()
with tf.Session() as s:
    s.run([it2.initializer, init3])
    while True:
        try: print(s.run(n)[0].sum())
        except tf.errors.OutOfRangeError: break
    print(s.run(n2).shape, s.run(n3)[1], s.run(n5))
    handle = s.run(it3.string_handle())
    print(s.run(it4.get_next(), {h: handle})[1])

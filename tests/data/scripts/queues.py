import tensorflow as tf, numpy as np, os, tempfile
d = tempfile.mkdtemp()
open(d + '/a.csv', 'w').write('\n'.join('%d,%d' % (i, 2 * i) for i in range(20)) + '\n')
q = tf.train.string_input_producer([d + '/a.csv'], num_epochs=1, shuffle=False)
reader = tf.TextLineReader()
key, value = reader.read(q)
a, b = tf.decode_csv(value, record_defaults=[[0.], [0.]])
x = tf.stack([a, b])
bx = tf.train.batch([x], batch_size=4)
sx = tf.train.shuffle_batch([tf.constant([1., 2.])], 3, 20, 5)
fifo = tf.FIFOQueue(10, [tf.float32], shapes=[[]])
enq = fifo.enqueue_many([[1., 2., 3.]])
deq = fifo.dequeue()
i = tf.train.range_input_producer(5, shuffle=False).dequeue()
sl = tf.train.slice_input_producer([np.arange(6)], shuffle=False, num_epochs=1)
w = tf.python_io.TFRecordWriter(d + '/r.tfrecord')
for k in range(3):
    ex = tf.train.Example(features=tf.train.Features(feature={'v': tf.train.Feature(int64_list=tf.train.Int64List(value=[k]))}))
    w.write(ex.SerializeToString())
w.close()
rq = tf.train.string_input_producer([d + '/r.tfrecord'])
_, rec = tf.TFRecordReader().read(rq)
f = tf.parse_single_example(rec, {'v': tf.FixedLenFeature([], tf.int64)})
with tf.Session() as sess:
    sess.run([tf.global_variables_initializer(), tf.local_variables_initializer()])
    coord = tf.train.Coordinator()
    threads = tf.train.start_queue_runners(sess=sess, coord=coord)
    sess.run(enq)
    print(sess.run(deq), sess.run(i), sess.run(i), sess.run(sx).shape, sess.run(sl), sess.run(f['v']))
    try:
        while not coord.should_stop():
            print(sess.run(bx).sum())
    except tf.errors.OutOfRangeError:
        print('done')
    finally:
        coord.request_stop()
    coord.join(threads)

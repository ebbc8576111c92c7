import tensorflow as tf, numpy as np, tempfile, os, glob
d = tempfile.mkdtemp()
gs = tf.train.get_or_create_global_step()
x = tf.placeholder(tf.float32, [None, 4, 2])
out, _ = tf.nn.dynamic_rnn(tf.nn.rnn_cell.BasicLSTMCell(3), x, dtype=tf.float32)
loss = tf.reduce_mean(tf.square(out - 1))
tf.summary.scalar('loss', loss)
tf.summary.histogram('out', out)
train = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=gs)
class H(tf.train.SessionRunHook):
    def before_run(self, ctx): return tf.train.SessionRunArgs(gs)
    def after_run(self, ctx, v): self.last = v.results
h = H()
hooks = [tf.train.StopAtStepHook(last_step=5), h, tf.train.LoggingTensorHook({'loss': loss}, every_n_iter=2), tf.train.NanTensorHook(loss)]
feed = {x: np.ones([2, 4, 2])}
with tf.train.MonitoredTrainingSession(checkpoint_dir=d, hooks=hooks, save_checkpoint_secs=None, save_checkpoint_steps=2, save_summaries_steps=1) as sess:
    n = 0
    while not sess.should_stop():
        sess.run(train, feed); n += 1
print(n, h.last, os.path.basename(tf.train.latest_checkpoint(d)))
with tf.Session() as s:
    tf.train.Saver().restore(s, tf.train.latest_checkpoint(d))
    print(s.run(gs))
    w = tf.summary.FileWriter(d + '/log', s.graph)
    w.add_summary(s.run(tf.summary.merge_all(), feed), 7)
    w.add_summary(tf.Summary(value=[tf.Summary.Value(tag='mine', simple_value=2.0)]), 8)
    w.close()
ev = [ (e.step, [v.tag for v in e.summary.value]) for f in glob.glob(d + '/log/*') for e in tf.train.summary_iterator(f) if e.summary.value]
print(ev)
sv = tf.train.Supervisor(logdir=d, save_model_secs=0, save_summaries_secs=0)
with sv.managed_session() as s: print(s.run(gs), sv.should_stop())

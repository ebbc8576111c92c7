"""A word-level language model: embeddings and a stack of two LSTMs."""
from __future__ import print_function

import os

import numpy as np
import tensorflow as tf

embedding_size = 24
num_units = 32
num_layers = 2
num_steps = 8
batch_size = 20
num_epochs = 24
max_grad_norm = 5.0

path = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'data', 'lighthouse.txt')
with open(path) as text_file:
    words = text_file.read().lower().replace('.', ' .').replace(',', ' ,').split()
vocabulary = sorted(set(words))
vocab_size = len(vocabulary)
word_to_id = dict(zip(vocabulary, range(vocab_size)))
ids = [word_to_id[word] for word in words]
print('%d words, vocabulary of %d' % (len(ids), vocab_size))

# Every example: num_steps words, and the same words shifted by one as targets.
examples = len(ids) - num_steps
data_x = np.array([ids[i:i + num_steps] for i in range(0, examples, 2)])
data_y = np.array([ids[i + 1:i + num_steps + 1] for i in range(0, examples, 2)])

input_words = tf.placeholder(tf.int32, [None, None])
target_words = tf.placeholder(tf.int32, [None, None])

embedding = tf.get_variable('embedding', [vocab_size, embedding_size])
embedded = tf.nn.embedding_lookup(embedding, input_words)

cells = [tf.nn.rnn_cell.BasicLSTMCell(num_units) for _ in range(num_layers)]
stacked = tf.nn.rnn_cell.MultiRNNCell(cells)
outputs, _ = tf.nn.dynamic_rnn(stacked, embedded, dtype=tf.float32)

softmax_w = tf.get_variable('softmax_w', [num_units, vocab_size])
softmax_b = tf.get_variable('softmax_b', [vocab_size], initializer=tf.zeros_initializer())
flat_outputs = tf.reshape(outputs, [-1, num_units])
logits = tf.matmul(flat_outputs, softmax_w) + softmax_b

cross_entropy = tf.nn.sparse_softmax_cross_entropy_with_logits(
    labels=tf.reshape(target_words, [-1]), logits=logits)
cost = tf.reduce_mean(cross_entropy)

trainable = tf.trainable_variables()
gradients, _ = tf.clip_by_global_norm(tf.gradients(cost, trainable), max_grad_norm)
train_op = tf.train.AdamOptimizer(0.005).apply_gradients(zip(gradients, trainable))

with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())

    for epoch in range(num_epochs):
        costs = []
        for start in range(0, len(data_x), batch_size):
            _, batch_cost = sess.run([train_op, cost], feed_dict={
                input_words: data_x[start:start + batch_size],
                target_words: data_y[start:start + batch_size]})
            costs.append(batch_cost)
        if epoch % 4 == 3:
            print('epoch %d, perplexity %.2f' % (epoch + 1, np.exp(np.mean(costs))))

    # The most probable continuation of a few words.
    for prompt in ['the keeper', 'every evening the']:
        sentence = prompt.split()
        for _ in range(6):
            feed = {input_words: [[word_to_id[word] for word in sentence]]}
            scores = sess.run(logits, feed_dict=feed)
            sentence.append(vocabulary[np.argmax(scores[-1])])
        print(' '.join(sentence))

# -*- coding: utf-8 -*-
# everything.txt is what CPython 2.7.18 prints for it: python2 everything.py FOLDER > everything.txt
import cPickle, StringIO, urllib2, Queue, string, itertools, math, random
import os, sys
reload(sys)
sys.setdefaultencoding('utf8')
import helper
from helper import half

def unpack((a, b), c=3):
    return a + b + c

class Num(object):
    def __init__(self, n): self.n = n
    def __cmp__(self, o): return cmp(self.n, o.n)
    def __nonzero__(self): return self.n != 0
    def __div__(self, o): return Num(self.n * 10)

class It(object):
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def next(self):
        self.i += 1
        if self.i > 3: raise StopIteration
        return self.i

print "hello", 7 / 2, -7 / 2, 7.0 / 2, 7 // 2
print 'no newline',
print 'same line'
print
print ("a", 1), ("b")
print >>sys.stdout, "to", "stdout"
print 0.1 + 0.2, [0.1 + 0.2], 1e20, 1/3.0, str(2/3.0), "%s %d %.3f %r" % (1/3.0, 2.7, 1/3.0, 0.1), "{} {:.2f}".format(1/3.0, 2/3.0)
print 0777, 10L, `[1, 2]`, 1 <> 2, u'text', ur'\d'
d = {'x': 1, 'y': 2}
keys = d.keys(); keys.sort(); print keys, sorted(d.items())[0], d.has_key('x'), sum(d.itervalues())
for k, v in sorted(d.iteritems(), lambda p, q: -cmp(p, q)): print k, v
print map(lambda x: x * 2, range(3)) + filter(None, [0, 1, 2]), zip([1, 2], [3, 4])[0], reduce(lambda a, b: a + b, xrange(4))
print range(10)[2:4], map(None, [1, 2], [3]), filter(lambda c: c != 'a', 'banana')
print sorted([3, 1, 2], cmp=lambda a, b: b - a), round(2.5), round(-2.5), round(1.25, 1), math.floor(2.7) / 2
try:
    raise ValueError, "bad"
except ValueError, e:
    pass
print e, isinstance('a', basestring), isinstance(u'a', unicode), isinstance(5, long)
exec "z = 3 / 2"
print z, unpack((1, 2)), (lambda (a, b), c: a - b + c)((5, 3), 1)
print Num(1) < Num(2), Num(2) == Num(2), bool(Num(0)), (Num(3) / 2).n, list(It()), It().next()
out = StringIO.StringIO(); out.write('abc'); print out.getvalue(), string.letters[:3], string.join(['a', 'b'], '-')
print [x for x in range(5)][-1], x
print list(itertools.izip([1], [2])), 'abc'.encode('utf-8'), 'abc'.decode('utf8')
print helper.half(7), half(9), helper.batches
random.seed(5); l = range(10); random.shuffle(l); print l, random.randint(0, 100), random.choice('abcdef'), random.sample(range(100), 3), random.sample(range(1000), 3), random.random()
cPickle.dump({'a': [1, 2]}, open(os.path.join(sys.argv[1], 't.pkl'), 'w')); print cPickle.load(open(os.path.join(sys.argv[1], 't.pkl')))
a = 7; a /= 2; d['n'] = 9; d['n'] /= 2; print a, d['n'], sys.maxint > 5
q = Queue.Queue(); q.put(3); print q.get(), raw_input and 1
open(os.path.join(sys.argv[1], 't.txt'), 'wb').write('x y\r\nz\n'); print open(os.path.join(sys.argv[1], 't.txt')).readlines(), open(os.path.join(sys.argv[1], 't.txt'), 'rU').readlines()
print "%d%%" % 5, "a" "b", max(map(lambda x: x/2, [5, 9]))
class Bag(object):
    total = 9
    def share(self, n):
        self.total /= n
        return self.total

class Old:
    def __unicode__(self): return u'old'

print Bag().share(2), Old().__unicode__(), type(3 / 2).__name__, 10 ** 20 / 3, True / 2, divmod(7, 2)
if True:
	print 'tab',
        print 'and spaces'
def later(values):
    [v for v in values]
    return v
print later([4, 5]), [(i, j) for i in range(2) for j in 'ab'], i, j, {1: 2}.get(1) / 2, [1, 2].index(2) / 2
print eval('5 / 2'), u'%s' % (1 / 3.0), cmp([1], [2]), apply(max, (1, 2)), unichr(97)
print "a\u0041", len("\u0041"), u"\u0041", 'x' * 3, 1e16, 1.0, 123456789.123456789, -0.0, 1e-5, float('inf'), 1.5e300 * 1e10
print '%s and %s' % ('a', 2.0 / 3), '%s' % [2.0 / 3], '%5.1f|%-5s|%05d' % (2.0 / 3, 'a', 42), str(1.0), repr(0.1)
def g(a, (b, (c, d)), *rest, **more):
    "doc"
    return a + b + c + d
print g(1, (2, (3, 4))), g.__doc__, g.func_name, sum(map(float, '1 2'.split())), zip(*[(1, 2), (3, 4)])

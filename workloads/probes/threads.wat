;; A shared memory and an atomic addition.
(module (memory 1 1 shared)
  (func (export "run") (param i32) (result i64)
    (i64.atomic.store (i32.const 8) (i64.const 40))
    (drop (i64.atomic.rmw.add (i32.const 8) (i64.const 2)))
    (i64.atomic.load (i32.const 8))))

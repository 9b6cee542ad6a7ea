;; A load out of bounds into a local that is overwritten traps.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (local $x i64)
    (local.set $x (i64.load (local.get 0)))
    (local.set $x (i64.const 7))
    (local.get $x)))

;; A store of eight bytes of which the last is outside traps.
;; argument: 65529
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (i64.store (local.get 0) (i64.const -1))
    (i64.const 7)))

;; A memory that grew has its new end: a load behind it traps.
;; argument: 131072
;; expect: trap memory_out_of_bounds
(module
  (memory 1 2)
  (func (export "run") (param i32) (result i64)
    (if (i32.eq (memory.size) (i32.const 1)) (then (drop (memory.grow (i32.const 1)))))
    (drop (i32.load8_u (local.get 0)))
    (i64.const 7)))

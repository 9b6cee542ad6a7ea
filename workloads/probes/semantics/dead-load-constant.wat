;; A load out of bounds traps although nothing uses its result; the address is a constant.
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load (i32.const -8)))
    (i64.const 7)))

;; A load of one lane out of bounds traps although nothing uses the vector.
;; argument: 65533
;; expect: trap memory_out_of_bounds
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (drop (v128.load32_lane 1 (local.get 0) (v128.const i64x2 1 2)))
    (i64.const 7)))

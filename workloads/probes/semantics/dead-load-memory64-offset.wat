;; An offset does not wrap around in a 64-bit memory either.
;; argument: -8
;; expect: trap memory_out_of_bounds
(module
  (memory i64 1)
  (func (export "run") (param i32) (result i64)
    (drop (i32.load offset=16 (i64.extend_i32_s (local.get 0))))
    (i64.const 7)))

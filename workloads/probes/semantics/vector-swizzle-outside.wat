;; An index of a swizzle that is no lane gives zero.
;; argument: 16
;; expect: 0
(module
  (func (export "run") (param i32) (result i64)
    (i64x2.extract_lane 0 (i8x16.swizzle (i8x16.splat (i32.const 7)) (i8x16.splat (local.get 0))))))

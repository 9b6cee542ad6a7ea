;; Shifts of vectors take their count modulo the lane's width: 9 is 1 for bytes, 65 for 64 bits.
;; argument: 65
;; expect: 12
(module
  (func (export "run") (param i32) (result i64)
    (i64.add
      (i64.extend_i32_u (i8x16.extract_lane_u 3 (i8x16.shl (i8x16.splat (i32.const 3)) (i32.sub (local.get 0) (i32.const 56)))))
      (i64x2.extract_lane 1 (i64x2.shl (i64x2.splat (i64.const 3)) (local.get 0))))))

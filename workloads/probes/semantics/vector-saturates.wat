;; Saturating operations of vectors end at the ends: the product of -1 and -1 in 15 bits is 32767.
;; argument: -32768
;; expect: 32767
(module
  (func (export "run") (param i32) (result i64)
    (i64.extend_i32_s (i16x8.extract_lane_s 0
      (i16x8.q15mulr_sat_s (i16x8.splat (local.get 0)) (i16x8.splat (local.get 0)))))))

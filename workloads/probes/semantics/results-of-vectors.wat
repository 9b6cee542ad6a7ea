;; Vectors among several results keep all their lanes.
;; argument: 9
;; expect: 9
(module
  (func $several (param i32) (result v128 i32 v128)
    (i32x4.splat (local.get 0)) (local.get 0) (i32x4.splat (local.get 0)))
  (func (export "run") (param i32) (result i64) (local v128)
    (call $several (local.get 0))
    (local.set 1) drop drop
    (i64.extend_i32_s (i32x4.extract_lane 3 (local.get 1)))))

;; Unaligned vectors are right, although the module promises an alignment of 16.
;; argument: 5
;; expect: 42
(module
  (memory 1)
  (func (export "run") (param i32) (result i64)
    (v128.store align=16 (local.get 0) (v128.const i64x2 1 42))
    (i64x2.extract_lane 1 (v128.load align=16 (local.get 0)))))

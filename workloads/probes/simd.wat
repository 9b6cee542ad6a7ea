(module (func (export "run") (param i32) (result i64)
  (i64x2.extract_lane 0 (i64x2.add (i64x2.splat (i64.const 40)) (v128.const i64x2 2 3)))))

;; The start function has run before an export is called.
;; expect: 7
(module
  (global $ready (mut i64) (i64.const 0))
  (func $start (global.set $ready (i64.const 7)))
  (start $start)
  (func (export "run") (param i32) (result i64) (global.get $ready)))

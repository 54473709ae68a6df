//! A scenario with longer or shorter texts.

/// The whole number nearest to `value`, from 0 to the largest there is; 0 for what is no number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "`as` ends at the bounds")]
pub(crate) fn whole(value: f64) -> u32 {
    value.round() as u32
}

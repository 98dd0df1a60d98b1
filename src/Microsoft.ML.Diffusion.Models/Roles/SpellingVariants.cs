namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>Spellings of one category that differ in case or blanks alone: <c>Male</c>, <c>male </c>, <c>MALE</c>.</summary>
/// <param name="Preferred">The most frequent spelling.</param>
/// <param name="Others">The other spellings, most frequent first.</param>
public sealed record SpellingVariants(ValueCount Preferred, IReadOnlyList<ValueCount> Others);

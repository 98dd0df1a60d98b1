namespace Microsoft.ML.Diffusion.Models.Roles;

/// <summary>A word or a number in a column that means "missing", or may mean it.</summary>
/// <param name="Text">As the column writes it; what <c>--na</c> takes.</param>
/// <param name="Count">In how many rows it stands (an estimate in columns of very many different values).</param>
/// <param name="IsSuggestion">True where it may as well be a value: <c>unknown</c>, 999. Then only a person can say.</param>
public readonly record struct MissingMark(string Text, long Count, bool IsSuggestion);

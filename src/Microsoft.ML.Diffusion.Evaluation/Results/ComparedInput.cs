namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A table that was compared.</summary>
/// <param name="Role">What it is in the comparison, such as "real" or "synthetic".</param>
/// <param name="Name">Its name, such as that of its file.</param>
public sealed record ComparedInput(string Role, string Name);

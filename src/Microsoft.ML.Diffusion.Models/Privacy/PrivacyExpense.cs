namespace Microsoft.ML.Diffusion.Models.Privacy;

/// <summary>A part of a privacy budget that was spent.</summary>
/// <param name="Purpose">What for, in a few words.</param>
/// <param name="Rho">How much, as zero-concentrated differential privacy.</param>
public sealed record PrivacyExpense(string Purpose, double Rho);

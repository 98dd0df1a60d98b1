namespace Microsoft.ML.Diffusion.Benchmarks;

/// <summary>The scores that the authors published for a table (CatBoost, the mean of 50 trainings): F1, macro, or R2.</summary>
/// <param name="Real">Trained on the real rows.</param>
/// <param name="Smote">Trained on rows by SMOTE.</param>
/// <param name="TabDdpm">Trained on rows by TabDDPM.</param>
internal sealed record PublishedScores(double Real, double Smote, double TabDdpm);

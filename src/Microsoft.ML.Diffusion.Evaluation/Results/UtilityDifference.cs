namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>How much better models are on one kind of rows than on another, or than no knowledge: the difference of the main metric,
/// averaged over trainers and seeds, with its bootstrap interval (Efron and Tibshirani 1993, section 13.3).</summary>
/// <remarks>Both kinds of models are judged on the same resampled test rows, and repeated trainings are resampled with them; so the
/// interval holds the sampling error of the test rows and that of the trainings.</remarks>
/// <param name="Mean">The difference; above 0 where the rows that are named first are better.</param>
/// <param name="Lower">Lower end of the interval; NaN where it is not defined.</param>
/// <param name="Upper">Upper end of the interval; NaN where it is not defined.</param>
/// <param name="Confidence">How often such intervals hold the true difference, 0 to 1.</param>
/// <param name="Resamples">How many resamples of the test rows it rests on; those on which the metric is not defined are left out.</param>
public sealed record UtilityDifference(double Mean, double Lower, double Upper, double Confidence, int Resamples);

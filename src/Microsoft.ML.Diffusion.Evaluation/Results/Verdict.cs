namespace Microsoft.ML.Diffusion.Evaluation.Results;

/// <summary>A question that a person would ask, and its answer.</summary>
/// <param name="Topic">"Overall", "Utility", "Fidelity" or "Privacy".</param>
/// <param name="Grade">How good the news is.</param>
/// <param name="Question">The question, one sentence.</param>
/// <param name="Answer">The answer with the figures that it rests on, one to three sentences.</param>
public sealed record Verdict(string Topic, VerdictGrade Grade, string Question, string Answer);

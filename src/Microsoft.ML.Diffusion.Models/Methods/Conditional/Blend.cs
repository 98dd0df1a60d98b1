using Microsoft.ML.Diffusion.Models.Imputation;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>What a <see cref="BlendTrainer"/> makes.</summary>
/// <param name="Predictor">The best guess.</param>
/// <param name="Calibration">How sure it is; null where no cells were held back.</param>
/// <param name="Scores">How it compares with others; empty where that was not asked for.</param>
internal sealed record Blend(BlendPredictor Predictor, Calibration? Calibration, ImputationScore[] Scores);

using Microsoft.ML.Diffusion.Models.Prediction;

namespace Microsoft.ML.Diffusion.Models.Methods.Conditional;

/// <summary>A member of a blend, and what it takes to fit it again on more cells.</summary>
/// <param name="Predictor">The member.</param>
/// <param name="Again">It alone, with as many steps as were best for each network.</param>
internal sealed record FittedMember(CellPredictor Predictor, Candidates Again);

using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Core.Training;

/// <summary>Measures a network while it is trained; the weights with the lowest error are kept.</summary>
/// <param name="Network">The network.</param>
/// <param name="Checks">How often it is measured in a full training.</param>
/// <param name="Patience">After how many measurements in a row without a new lowest error the training stops.</param>
/// <param name="Error">Measures the error on the validation split.</param>
internal sealed record Validation(Module Network, int Checks, int Patience, Func<double> Error);

using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>The rows that a method learns from, and whom it tells.</summary>
/// <param name="Encoder">The columns; at least one is encoded.</param>
/// <param name="Cells">[rows, encoded columns], NaN where missing.</param>
/// <param name="Meter">Counts the steps.</param>
/// <param name="Cancel">Stops the training.</param>
internal sealed record ImputationTraining(TableEncoder Encoder, float[] Cells, ProgressMeter Meter, CancellationToken Cancel)
{
    /// <summary>How many rows there are.</summary>
    public int RowCount => Cells.Length / Encoder.Encoded.Count;
}

using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>The rows that a method learns from, and whom it tells.</summary>
/// <param name="Rows">The encoded rows; at least one column is encoded.</param>
/// <param name="Meter">Counts the steps.</param>
/// <param name="Deadline">When it has to be done.</param>
/// <param name="Cancel">Stops the training.</param>
internal sealed record ImputationTraining(
    EncodedRows Rows, ProgressMeter Meter, TrainingDeadline Deadline, CancellationToken Cancel)
{
    /// <inheritdoc cref="ImputerOptions.OnlyMissingColumns"/>
    public bool OnlyMissingColumns { get; init; }

    /// <inheritdoc cref="ImputerOptions.OnlyGuesses"/>
    public bool OnlyGuesses { get; init; }

    /// <summary>The numbers that draws may have; null for a method that does not keep to them.</summary>
    public ObservedNumbers? Numbers { get; init; }

    /// <summary>Of each column whether it is to be filled.</summary>
    public bool[] FindFilledColumns()
    {
        if (OnlyMissingColumns)
            return Rows.FindMissingColumns();
        bool[] all = new bool[Rows.Width];
        Array.Fill(all, true);
        return all;
    }
}

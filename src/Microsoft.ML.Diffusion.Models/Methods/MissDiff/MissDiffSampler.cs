using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>Makes rows with a model that imputes: a row of which nothing is known, drawn, is a new row. That is MissDiff's algorithm 3
/// (Ouyang et al. 2023); with cells given it is algorithm 2.</summary>
/// <param name="imputer">The model.</param>
internal sealed class MissDiffSampler(TrainedImputer imputer) : GenerationSampler
{
    /// <inheritdoc/>
    public override IReadOnlyList<TableColumn> Columns => imputer.Columns;

    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel) =>
        imputer.DrawRows(table, start, count, seed, firstId, cancel);

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => imputer.Save(writer);

    public static MissDiffSampler Load(BinaryReader reader) => new((TrainedImputer)TableImputer.Load(
        reader, name => name == MissDiffImputation.Instance.Name ? MissDiffImputation.Instance : null));
}

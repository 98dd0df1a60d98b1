using Microsoft.ML.Diffusion.Models.Generation;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Methods.MissDiff;

/// <summary>Makes rows with a model that imputes: a row of which nothing is known, drawn, is a new row. For MissDiff that is its
/// algorithm 3
/// (Ouyang et al. 2023); with cells given it is algorithm 2.</summary>
/// <param name="model">The model.</param>
internal sealed class ImputerSampler(TabularDiffusionModel model) : GenerationSampler
{
    /// <inheritdoc/>
    public override void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel) =>
        model.DrawRows(table, start, count, seed, firstId, cancel);

    /// <inheritdoc/>
    public override void Save(BinaryWriter writer) => model.Save(writer);

    public static ImputerSampler Load(BinaryReader reader) => new(TabularDiffusionModel.Load(reader));
}

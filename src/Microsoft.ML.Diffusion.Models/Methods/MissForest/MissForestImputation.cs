using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.MissForest;

/// <summary>The registration of missForest.</summary>
internal sealed class MissForestImputation : PredictorImputationMethod<MissForestOptions>
{
    public static MissForestImputation Instance { get; } = new();

    public override string Name => "missforest";

    public override string Title => "missForest";

    public override string Reference => "Stekhoven, Bühlmann 2012";

    protected override CellPredictor Fit(MissForestOptions options, ImputationTraining training, Philox random)
    {
        TreeSettings settings = TreeSettings.MissForest with
        {
            Trees = options.Trees,
            MostRows = options.MostRows,
            Tried = options.Tried,
            Sweeps = options.Sweeps,
            OnlyMissingColumns = training.OnlyMissingColumns,
        };
        (EncodedRows rows, _, TrainingDeadline deadline, CancellationToken cancel) = training;
        var gaussian = GaussianPredictor.Fit(
            rows, new GaussianSettings(), random.Fork(0), options.ThreadCount, deadline.First(TreePredictor.GaussianShare), cancel);
        return TreePredictor.Fit(rows, gaussian, settings, random.Fork(1), options.ThreadCount, deadline, cancel);
    }

    protected override CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder) => TreePredictor.Load(reader, encoder);
}

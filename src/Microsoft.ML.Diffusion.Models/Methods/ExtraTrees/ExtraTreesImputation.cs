using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Methods.Gaussian;
using Microsoft.ML.Diffusion.Models.Methods.Trees;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.ExtraTrees;

/// <summary>The registration of extremely randomised trees.</summary>
internal sealed class ExtraTreesImputation : PredictorImputationMethod<ExtraTreesOptions>
{
    public static ExtraTreesImputation Instance { get; } = new();

    public override string Name => "extra-trees";

    public override string Title => "Extra trees";

    public override string Reference => "Geurts, Ernst, Wehenkel 2006";

    protected override CellPredictor Fit(ExtraTreesOptions options, ImputationTraining training, Philox random)
    {
        TreeSettings settings = new()
        {
            Trees = options.Trees,
            MostRows = options.MostRows,
            OnlyMissingColumns = training.OnlyMissingColumns,
        };
        (EncodedRows rows, _, TrainingDeadline deadline, CancellationToken cancel) = training;
        var gaussian = GaussianPredictor.Fit(
            rows, new GaussianSettings(), random.Fork(0), options.ThreadCount, deadline.First(TreePredictor.GaussianShare), cancel);
        return TreePredictor.Fit(rows, gaussian, settings, random.Fork(1), options.ThreadCount, deadline, cancel);
    }

    protected override CellPredictor LoadPredictor(BinaryReader reader, TableEncoder encoder) => TreePredictor.Load(reader, encoder);
}

using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Blend.Pictures;
using Microsoft.ML.Diffusion.Series.Methods.Smoother;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Blend;

/// <summary>The registration of the default: a smoother that trees correct.</summary>
internal sealed class BlendImputation : SeriesImputationMethod
{
    public static BlendImputation Instance { get; } = new();

    public override string Name => "blend";

    public override string Title => "a smoother with trees";

    public override string Reference => "Rasmussen, Williams 2006; Friedman 2001";

    public override SeriesImputerOptions NewOptions() => new BlendOptions();

    internal override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (BlendOptions)options;
        var random = new Philox(own.Seed);
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        var meter = new ProgressMeter(progress, deadline);
        if (own.NetworkSteps > 0 && PictureFinder.Find(table, own.PictureWidth) is { } shape)
            return PictureImputation.Learn(table, shape, own, meter, deadline, cancel);
        meter.Planned = own.Steps + own.Networks * own.NetworkSteps;
        var settings = new SmootherSettings { Rank = own.Rank, Steps = own.Steps, Period = own.Period };
        var model = SmootherModel.Fit(table, settings, random.Fork(0), own.ThreadCount, deadline.First(0.4), meter, cancel);
        TrainingPieces pieces = TrainingPieces.Of(table, random.Fork(1));
        CorrectedSmoother corrected = new BlendTrainer(table, model, pieces, own, random.Fork(2), meter, deadline.First(0.9), cancel).Run();
        ScoreQuantiles scores = HiddenCells.Scores(
            table, model, pieces, own.Direction == SeriesDirection.Causal, corrected.Predict, random.Fork(3), own.ThreadCount,
            deadline, cancel);
        double step = LagMoments.MedianStep([.. table.Items.Select(series => series.Times)]);
        return new BlendImputer(model, corrected, scores, step, table.Statics, own.Direction);
    }

    internal override SeriesImputer Load(BinaryReader reader)
    {
        int first = reader.ReadByte();
        if (first == PictureImputer.Tag)
            return PictureImputer.Load(reader);
        CheckedReading.Require(Enum.IsDefined((SeriesDirection)first), $"there is no direction of number {first}");
        var direction = (SeriesDirection)first;
        int statics = reader.ReadBetween(0, 1 << 20, "the number of statics");
        double step = reader.ReadFinite("the middle step");
        CheckedReading.Require(step > 0, "the middle step is not above 0");
        var model = SmootherModel.Load(reader);
        var corrected = CorrectedSmoother.Load(
            reader, new CellFeatures(model, step, statics), model.Variables, step, model.Covariance.Period);
        return new BlendImputer(model, corrected, ScoreQuantiles.Load(reader, model.Variables), step, statics, direction);
    }
}

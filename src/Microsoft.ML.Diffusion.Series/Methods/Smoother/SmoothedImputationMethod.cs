using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Series.Calibration;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Smoother;

/// <summary>A method that says what a smoother says, without a correction.</summary>
/// <typeparam name="TOptions">Its options.</typeparam>
internal abstract class SmoothedImputationMethod<TOptions> : SeriesImputationMethod
    where TOptions : SeriesImputerOptions
{
    /// <summary>How the smoother is fitted.</summary>
    protected abstract SmootherSettings SettingsOf(TOptions options);

    internal override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        SmootherSettings settings = SettingsOf((TOptions)options);
        var random = new Philox(options.Seed);
        var deadline = TrainingDeadline.In(options.MaxTrainingTime);
        var meter = new ProgressMeter(progress, deadline) { Planned = settings.Steps };
        var model = SmootherModel.Fit(table, settings, random.Fork(0), options.ThreadCount, deadline.First(0.8), meter, cancel);
        TrainingPieces pieces = TrainingPieces.Of(table, random.Fork(1));
        ScoreQuantiles scores = HiddenCells.Scores(
            table, model, pieces, options.Direction == SeriesDirection.Causal, SmoothedImputer.Means, random.Fork(2), options.ThreadCount,
            deadline, cancel);
        return new Imputer(this, model, scores, table.Statics, options.Direction);
    }

    internal override SeriesImputer Load(BinaryReader reader)
    {
        var direction = reader.ReadKind<SeriesDirection>("direction");
        int statics = reader.ReadBetween(0, 1 << 20, "the number of statics");
        var model = SmootherModel.Load(reader);
        return new Imputer(this, model, ScoreQuantiles.Load(reader, model.Variables), statics, direction);
    }

    /// <summary>Fills series with what a smoother says.</summary>
    private sealed class Imputer(
        SeriesImputationMethod method, SmootherModel model, ScoreQuantiles scores, int statics, SeriesDirection direction)
        : SmoothedImputer(model, scores, statics, direction)
    {
        public override SeriesImputationMethod Method => method;

        private protected override void SaveContent(BinaryWriter writer)
        {
            writer.Write((byte)Direction);
            writer.Write(Statics);
            Model.Save(writer);
            Scores.Save(writer);
        }
    }
}

using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

/// <summary>The registration of CSDI.</summary>
internal sealed class SeriesCsdiImputation : SeriesImputationMethod
{
    public static SeriesCsdiImputation Instance { get; } = new();

    public override string Name => "csdi";

    public override string Title => "CSDI";

    public override string Reference => "Tashiro, Song, Song, Ermon 2021";

    public override bool KnowsCausal => false;

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["csdi"] = SeriesCsdiOptions.Paper,
            ["paper"] = SeriesCsdiOptions.Paper,
        };

    public override SeriesImputerOptions NewOptions() => SeriesCsdiOptions.Paper();

    internal override SeriesImputer Learn(
        SeriesTable table, SeriesImputerOptions options, IProgress<TrainingProgress>? progress, CancellationToken cancel)
    {
        var own = (SeriesCsdiOptions)options;
        var deadline = TrainingDeadline.In(own.MaxTrainingTime);
        using var engine = new ManagedEngine(own.Threads);
        return SeriesCsdiTrainer.Train(table, own, engine, new ProgressMeter(progress, deadline), deadline, cancel);
    }

    internal override SeriesImputer Load(BinaryReader reader) => SeriesCsdiImputer.Load(reader);
}

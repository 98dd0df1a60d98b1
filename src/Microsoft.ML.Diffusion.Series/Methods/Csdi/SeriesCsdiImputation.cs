using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Networks;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Series.Methods.Csdi;

/// <summary>The registration of CSDI.</summary>
internal sealed class SeriesCsdiImputation : NetworkImputation<SeriesCsdiOptions>
{
    public static SeriesCsdiImputation Instance { get; } = new();

    public override string Name => "csdi";

    public override string Title => "CSDI";

    public override string Reference => "Tashiro, Song, Song, Ermon 2021";

    public override IReadOnlyDictionary<string, Func<SeriesImputerOptions>> Presets { get; } =
        new Dictionary<string, Func<SeriesImputerOptions>>(StringComparer.OrdinalIgnoreCase)
        {
            ["csdi"] = SeriesCsdiOptions.Paper,
            ["paper"] = SeriesCsdiOptions.Paper,
        };

    public override SeriesImputerOptions NewOptions() => SeriesCsdiOptions.Paper();

    internal override SeriesImputer Load(BinaryReader reader) => SeriesCsdiImputer.Load(reader);

    protected override SeriesImputer Train(
        SeriesTable table, SeriesCsdiOptions options, TensorEngine engine, ProgressMeter meter, TrainingDeadline deadline,
        CancellationToken cancel) =>
        SeriesCsdiTrainer.Train(table, options, engine, meter, deadline, cancel).On(options.ChooseEngine());
}

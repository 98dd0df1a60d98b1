using Microsoft.ML.Diffusion.Fuzzing.Models;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods;
using Microsoft.ML.Diffusion.Series.Methods.Blend;

namespace Microsoft.ML.Diffusion.Fuzzing.SeriesModels;

/// <summary>Small saved models of series, of every method and direction, and of pictures.</summary>
internal static class FuzzedSeries
{
    private const int Steps = 20;
    private const int Variables = 3;
    private const string Categories = "series-categories", Pictures = "series-pictures", GreyPictures = "series-pictures-grey-causal";

    /// <summary>The names of <see cref="All"/>.</summary>
    public static IEnumerable<string> Names => [.. Ways().Select(NameOf), Categories, Pictures, GreyPictures];

    /// <summary>The models, trained for a few steps.</summary>
    public static IEnumerable<FuzzedModel> All() => Names.Select(Find);

    /// <summary>One of them.</summary>
    public static FuzzedModel Find(string name)
    {
        if (name == Categories)
            return OfCategories();
        if (name is Pictures or GreyPictures)
            return OfPictures(name, isGrey: name == GreyPictures);
        (SeriesImputationMethod method, SeriesDirection direction) = Ways().First(way => NameOf(way) == name);
        return Of(method, direction);
    }

    private static IEnumerable<(SeriesImputationMethod Method, SeriesDirection Direction)> Ways() =>
        from method in SeriesImputationMethods.All
        from direction in Enum.GetValues<SeriesDirection>()
        where method.KnowsCausal || direction == SeriesDirection.Smooth
        select (method, direction);

    private static string NameOf((SeriesImputationMethod Method, SeriesDirection Direction) way) =>
        $"series-{way.Method.Name}-{(way.Direction == SeriesDirection.Causal ? "causal" : "smooth")}";

    private static FuzzedModel Of(SeriesImputationMethod method, SeriesDirection direction)
    {
        SeriesTable table = new(Variables, [.. Enumerable.Range(0, 12).Select(Series)]) { Statics = 1 };
        SeriesImputerOptions options = QuickSeries.Options(method.Name);
        options.Direction = direction;
        return Of(NameOf((method, direction)), method.Train(table, options));
    }

    // The second variable has four categories.
    private static FuzzedModel OfCategories()
    {
        SeriesTable table = new(Variables, [.. Enumerable.Range(0, 12).Select(Series)]);
        foreach (double[] cells in table.Items.Select(series => series.Cells))
        {
            for (int i = 1; i < cells.Length; i += Variables)
                cells[i] = double.IsNaN(cells[i]) ? double.NaN : (int)(Math.Abs(cells[i]) * 10) % 4;
        }

        return Of(Categories, CategoryImputer.Train(table, [0, 4, 0], QuickSeries.Options("linear"), null, CancellationToken.None));
    }

    // Pictures of 4 x 6 pixels.
    private static FuzzedModel OfPictures(string name, bool isGrey)
    {
        SeriesTable table = new(24, [.. Enumerable.Range(0, 12).Select(number => Picture(number, isGrey))]);
        BlendOptions options = new()
        {
            PictureWidth = 4, PictureChannels = 8, NetworkSteps = 2, Direction = isGrey ? SeriesDirection.Causal : SeriesDirection.Smooth,
        };
        return Of(name, options.Registration.Train(table, options));
    }

    private static Diffusion.Series.Data.Series Picture(int number, bool isGrey)
    {
        var random = new Random(number);
        double[] cells = new double[5 * 24];
        for (int i = 0; i < cells.Length; i++)
        {
            double value = isGrey ? random.NextDouble() : (i + number) % 24 / 12;
            cells[i] = random.NextDouble() < 0.3 ? double.NaN : value;
        }

        return new([0, 1, 2, 3, 4], cells);
    }

    private static FuzzedModel Of(string name, SeriesImputer imputer)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream))
            imputer.Save(writer);
        return new FuzzedModel(name, stream.ToArray(), SeriesImputationMethods.Load, Use);
    }

    private static Diffusion.Series.Data.Series Series(int number)
    {
        var random = new Random(number);
        double level = random.NextDouble();
        double[] cells = new double[Steps * Variables];
        for (int i = 0; i < cells.Length; i++)
        {
            level += 0.2 * (random.NextDouble() - 0.5);
            cells[i] = random.NextDouble() < 0.3 ? double.NaN : level + i % Variables;
        }

        return new([.. Enumerable.Range(0, Steps).Select(t => t + 0.5 * (number % 2))], cells) { Statics = [number] };
    }

    private static void Use(object model, CancellationToken stop)
    {
        var imputer = (SeriesImputer)model;
        double[] cells = new double[3 * imputer.Variables];
        for (int i = 0; i < cells.Length; i++)
            cells[i] = i % 2 == 0 || imputer is CategoryImputer ? double.NaN : i;
        Diffusion.Series.Data.Series series = new([0, 1, 4], cells) { Statics = new double[imputer.Statics] };
        imputer.Impute(series, new double[cells.Length], new CellUncertainty[cells.Length], 0.9, stop);
        stop.ThrowIfCancellationRequested();
        imputer.Draw(series, new double[cells.Length], seed: 1, seriesId: 2, draw: 0, stop);
        stop.ThrowIfCancellationRequested();
        if (imputer.Direction != SeriesDirection.Causal)
            return;
        SeriesStream steps = imputer.Begin(new SeriesRequest(ImputationMode.Expectation, 1, 2, 0, 0.9), series.Statics);
        for (int t = 0; t < 3; t++)
            steps.Append(t, cells.AsSpan(t * imputer.Variables, imputer.Variables), new double[imputer.Variables], []);
    }
}

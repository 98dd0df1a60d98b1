using System.Globalization;
using System.Text;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion.Models.Imputation;
using Microsoft.ML.Diffusion.Series.Data;
using Microsoft.ML.Diffusion.Series.Imputation;
using Microsoft.ML.Diffusion.Series.Methods.Blend;
using Microsoft.ML.Diffusion.Series.Tests.Methods.Blend.Pictures;
using Microsoft.ML.Diffusion.Tests;
using Microsoft.ML.Diffusion.Tests.Conformance;

namespace Microsoft.ML.Diffusion.Series.Tests.Estimator;

/// <summary>Pictures whose pixels are one of two words.</summary>
public sealed class PictureWordsTests : IDisposable
{
    private const int Pixels = MovingBars.Side * MovingBars.Side;

    // A pixel that is always 0, one that was never observed, and one that has a third word once.
    private const int Constant = 0, Never = 9, Third = 20;

    private static readonly string[] s_names = [.. Enumerable.Range(0, Pixels).Select(v => $"P{v}")];

    private readonly MLContext _ml = new(seed: 1);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("No", "Yes", SeriesDirection.Smooth, false)]
    [InlineData("true", "false", SeriesDirection.Causal, false)]
    [InlineData("b", "a", SeriesDirection.Smooth, true)]
    public void Words_and_keys_are_filled_and_drawn_as_zeros_and_ones_whichever_word_is_which(
        string zero, string one, SeriesDirection direction, bool areKeys)
    {
        IDataView numbers = View(MovingBars.Make(40, 0.6f, 0.4f).Holes, "0", "1", DataKind.Single);
        IDataView words = View(MovingBars.Make(40, 0.6f, 0.4f).Holes, zero, one, DataKind.String);
        if (areKeys)
        {
            words = _ml.Transforms.Conversion.MapValueToKey([.. s_names.Select(name => new InputOutputColumnPair(name))]).Fit(words)
                .Transform(words);
        }
        DiffusionImputeSeriesTransformer ofZerosAndOnes = Train(numbers, direction), ofWords = Train(words, direction);
        foreach (ImputationMode mode in Enum.GetValues<ImputationMode>())
        {
            IDataView expected = ofZerosAndOnes.WithMode(mode).Transform(numbers);
            DiffusionImputeSeriesTransformer model = ofWords.WithMode(mode);
            IDataView filled = model.Transform(words);
            Assert.Equal(expected.Schema.Count, filled.Schema.Count - (areKeys ? Pixels : 0));
            // A key that was never met cannot be filled in.
            foreach (int pixel in (int[])[areKeys ? 1 : Constant, 2, 30, Never, 63])
            {
                string[] ofNumbers = [.. ColumnValues.Of<float>(expected, s_names[pixel])
                    .Select(x => float.IsNaN(x) ? "" : x > 0.5 ? one : zero)];
                Assert.Equal(ofNumbers, Texts(filled, s_names[pixel], areKeys));
            }
            string[] third = Texts(words, s_names[Third], areKeys);
            Assert.Contains("?!", third);
            Assert.All(
                third.Zip(Texts(filled, s_names[Third], areKeys)),
                pair => Assert.True(pair.First == pair.Second || (pair.First.Length == 0 && (pair.Second == zero || pair.Second == one))));
            using var file = new MemoryStream();
            _ml.Model.Save(model, words.Schema, file);
            file.Position = 0;
            Assert.Equal(Cells.Of(filled), Cells.Of(new MLContext().Model.Load(file, out _).Transform(words)));
        }
    }

    [Theory]
    [InlineData(ImputationMode.Expectation)]
    [InlineData(ImputationMode.Draw)]
    public void Appended_pictures_of_words_come_out_as_the_whole_series_does(ImputationMode mode)
    {
        SeriesTable table = MovingBars.Make(40, 0.6f, 0.4f).Holes;
        SeriesImputer imputer = Train(View(table, "No", "Yes", DataKind.String), SeriesDirection.Causal).Model;
        Data.Series series = table.Items[3];
        double[] whole = new double[series.Cells.Length], step = new double[Pixels];
        var request = new SeriesRequest(mode, 1, 2, 3, null);
        request.Answer(imputer, series, whole, []);
        SeriesStream stream = imputer.Begin(request, []);
        for (int t = 0; t < series.Length; t++)
        {
            stream.Append(series.Times[t], series.Cells.AsSpan(t * Pixels, Pixels), step, []);
            Assert.Equal(whole[(t * Pixels)..((t + 1) * Pixels)], step);
        }
    }

    private DiffusionImputeSeriesTransformer Train(IDataView view, SeriesDirection direction)
    {
        var blend = new BlendOptions { PictureChannels = 8, NetworkSteps = 5, NetworkRate = 0.01, Threads = 2 };
        return _ml.Transforms.DiffusionImputeSeries(
            s_names, "Series", "Time", new() { Method = blend, Direction = direction, Seed = 3 }).Fit(view);
    }

    private IDataView View(SeriesTable table, string zero, string one, DataKind kind)
    {
        var text = new StringBuilder();
        for (int s = 0; s < table.Items.Count; s++)
        {
            for (int t = 0; t < MovingBars.Steps; t++)
            {
                text.Append(CultureInfo.InvariantCulture, $"s{s}\t{t}");
                for (int v = 0; v < Pixels; v++)
                {
                    double cell = table.Items[s].Cells[t * Pixels + v];
                    bool isThird = v == Third && s == 7 && t == 2;
                    text.Append('\t').Append(
                        isThird ? (kind == DataKind.String ? "?!" : "") : v == Never || double.IsNaN(cell) ? ""
                        : v == Constant || cell == 0 ? zero : one);
                }
                text.Append('\n');
            }
        }
        string path = Path.Combine(_folder.FullName, zero + ".tsv");
        File.WriteAllText(path, text.ToString());
        return _ml.Data.CreateTextLoader(new TextLoader.Options
        {
            Separators = ['\t'],
            MissingRealsAsNaNs = true,
            Columns =
            [
                new TextLoader.Column("Series", DataKind.String, 0), new TextLoader.Column("Time", DataKind.Single, 1),
                .. s_names.Select((name, v) => new TextLoader.Column(name, kind, v + 2)),
            ],
        }).Load(path);
    }

    private static string[] Texts(IDataView view, string name, bool areKeys)
    {
        if (!areKeys)
            return [.. ColumnValues.Of<ReadOnlyMemory<char>>(view, name).Select(text => text.ToString())];
        VBuffer<ReadOnlyMemory<char>> values = default;
        // Of keys that were never met there are no names.
        if (view.Schema[name].HasKeyValues())
            view.Schema[name].GetKeyValues(ref values);
        string[] known = ["", .. values.DenseValues().Select(value => value.ToString())];
        return [.. ColumnValues.Of<uint>(view, name).Select(key => known[key])];
    }
}

using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Methods.Masked;
using Microsoft.ML.Diffusion.Models.Methods.Smote;

// Rows made for a class of which a table has only a few: a table is cut to that few and a number of other rows, the classes are made equal,
// and the rest of the table says how near the made rows are to the class and what FastTree learns with them.
//   dotnet run -c Release --project eng/benchmarks/RareClasses -- --file TABLE.csv --label NAME --rare VALUE [--rare-rows 20]
//     [--other-rows 1980] [--drop A,B] [--seeds 1,2,3] [--test-rows 10000] [--results NAME]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
string file = arguments.Value("file", ""), label = arguments.Value("label", ""), rare = arguments.Value("rare", "1");
string[] dropped = arguments.List("drop", "");
string[][] lines = [.. Read(file).Select(line => line.Split(',', StringSplitOptions.TrimEntries))];
string[] header = lines[0];
lines = lines[1..];
int at = Array.IndexOf(header, label);
int[] used = [.. Enumerable.Range(0, header.Length).Where(i => i != at && !dropped.Contains(header[i]))];
int[] numbers = [.. used.Where(i => lines.All(line => line[i].Length == 0 || float.TryParse(line[i], out _)))];
int[] texts = [.. used.Except(numbers)];
string[] names = ["nothing added", "SMOTE", "default without the class's own part", "default"];
var sums = names.ToDictionary(name => name, _ => new double[5]);
string[] seeds = arguments.List("seeds", "1,2,3");
foreach (string seed in seeds)
    Measure(int.Parse(seed));
// The lower the better for the first three, the higher for the rest.
double[][] scores = [.. names.Select(name => sums[name].Select(sum => sum / seeds.Length).ToArray())];
double[] best = [.. Enumerable.Range(0, 5).Select(i => i < 3
    ? scores.Select(mean => mean[i]).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min()
    : scores.Max(mean => mean[i]))];
ResultTable results = new(
    "RareClasses", args, "rows added by", "means off, deviations", "deviations off, log", "categories off", "AUC", "balanced accuracy");
for (int i = 0; i < names.Length; i++)
    results.Add([names[i], .. scores[i].Select((mean, column) => ResultTable.Bold(ResultTable.Short(mean), mean == best[column]))]);
results.Write();

void Measure(int seed)
{
    var random = new Random(seed);
    string[][] shuffled = [.. lines.OrderBy(_ => random.Next())];
    string[][] rares = [.. shuffled.Where(line => line[at] == rare)], others = [.. shuffled.Where(line => line[at] != rare)];
    int few = int.Parse(arguments.Value("rare-rows", "20")), many = int.Parse(arguments.Value("other-rows", "1980"));
    string folder = Directory.CreateTempSubdirectory().FullName;
    var ml = new MLContext(seed);
    IDataView training = View([.. rares[..few].Concat(others[..many]).OrderBy(_ => random.Next())], "training");
    int testRows = int.Parse(arguments.Value("test-rows", "10000"));
    string[][] rest = [.. rares[few..].Concat(others[many..]).OrderBy(_ => random.Next()).Take(testRows)];
    IDataView test = View(rest, "test"), truth = View(rares[few..], "truth");
    foreach (string name in names)
    {
        IDataView rows = training;
        double[] far = [double.NaN, double.NaN, double.NaN];
        if (name != names[0])
        {
            DiffusionAugmentEstimator.Options options = new() { Balance = true };
            if (name == names[1])
                options.Method = new SmoteOptions();
            else
                options.Method = new MaskedOptions { RareClassRows = name == names[2] ? 0 : new MaskedOptions().RareClassRows };
            IDataView added = ml.Transforms.DiffusionAugment(labelColumnName: label, options: options).Fit(training).AddedRows!;
            string path = Path.Combine(folder, "added.csv");
            using (FileStream stream = File.Create(path))
                ml.Data.SaveAsText(added, stream, ',', schema: false);
            far = Far(added, truth, training);
            rows = Load([.. File.ReadLines(Path.Combine(folder, "training.csv")).Concat(File.ReadLines(path).Skip(1))], "joined");
        }
        BinaryClassificationMetrics metrics = ml.BinaryClassification.Evaluate(
            ml.Transforms.Categorical.OneHotEncoding([.. texts.Select(i => new InputOutputColumnPair(header[i]))])
                .Append(ml.Transforms.Concatenate("Features", [.. used.Select(i => header[i])]))
                .Append(ml.BinaryClassification.Trainers.FastTree(label))
                .Fit(rows)
                .Transform(test),
            label);
        double[] all = [.. far, metrics.AreaUnderRocCurve, (metrics.PositiveRecall + metrics.NegativeRecall) / 2];
        for (int i = 0; i < all.Length; i++)
            sums[name][i] += all[i];
    }
    Directory.Delete(folder, recursive: true);

    IDataView View(string[][] rows, string name) =>
        Load([Line(header, label), .. rows.Select(row => Line(row, row[at] == rare ? "1" : "0"))], name);

    IDataView Load(string[] text, string name)
    {
        string path = Path.Combine(folder, name + ".csv");
        File.WriteAllLines(path, text);
        return ml.Data.Cache(ml.Data.LoadFromTextFile(path, new TextLoader.Options
        {
            Separators = [','],
            HasHeader = true,
            AllowQuoting = true,
            MissingRealsAsNaNs = true,
            Columns = [.. used
                .Select((column, i) => new TextLoader.Column(header[column], numbers.Contains(column) ? DataKind.Single : DataKind.String, i))
                .Append(new TextLoader.Column(label, DataKind.Boolean, used.Length))],
        }));
    }
}

// How far the made rows of the class are from its real ones, on average over columns.
double[] Far(IDataView added, IDataView truth, IDataView training)
{
    List<double> means = [], deviations = [], categories = [];
    bool[] isMade = [.. added.GetColumn<bool>(label)];
    foreach (int column in numbers)
    {
        double[] real = Numbers(truth, column), made = Numbers(added, column, isMade), all = Numbers(training, column);
        double deviation = Deviation(real);
        if (deviation > 0)
            means.Add(Math.Abs(made.Average() - real.Average()) / Deviation(all));
        if (deviation > 0 && Deviation(made) > 0)
            deviations.Add(Math.Abs(Math.Log(Deviation(made) / deviation)));
    }
    foreach (int column in texts)
    {
        string[] real = Texts(truth, column), made = [.. Texts(added, column).Where((_, i) => isMade[i])];
        categories.Add(real.Union(made).Sum(text => Math.Abs(Share(real, text) - Share(made, text))) / 2);
    }
    return [.. new[] { means, deviations, categories }.Select(values => values.DefaultIfEmpty(double.NaN).Average())];
}

string Line(string[] cells, string last) => string.Join(',', used.Select(i => cells[i]).Append(last));

double[] Numbers(IDataView view, int column, bool[]? which = null) =>
    [.. view.GetColumn<float>(header[column]).Where((_, i) => which is null || which[i]).Select(value => (double)value).Where(double.IsFinite)];

string[] Texts(IDataView view, int column) => [.. view.GetColumn<ReadOnlyMemory<char>>(header[column]).Select(text => text.ToString())];

static double Share(string[] texts, string text) => texts.Count(each => each == text) / (double)texts.Length;

static double Deviation(double[] values)
{
    double mean = values.Average();
    return Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
}

static IEnumerable<string> Read(string path)
{
    FileStream file = File.OpenRead(path);
    using Stream stream = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
    using var reader = new StreamReader(stream);
    while (reader.ReadLine() is { } line)
        yield return line;
}

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Methods;

// What rows of a model are worth to a logistic regression: area under the ROC curve on a fifth of a table, learnt from the real rest, from as many
// synthetic rows, and from the real rest with some rows added. Every split has a seed and a training of its own.
//   dotnet run -c Release --project eng/benchmarks/Augmentation -- --file TABLE.csv --label NAME [--method MedDiff] [--added 1000,2000,4000]
//     [--seeds 1,2,3] [--set-Steps 1000 ...]
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
string file = arguments.Value("file", "patient_treatment.csv"), label = arguments.Value("label", "SOURCE");
int[] added = [.. arguments.List("added", "1000,2000,4000").Select(int.Parse)];
string[] header = File.ReadLines(file).First().Split(',');
string[][] lines = [.. File.ReadLines(file).Skip(1).Select(line => line.Split(','))];
bool IsNumber(int column) => lines.All(line => line[column].Length == 0 || float.TryParse(line[column], out _));
string[] texts = [.. header.Where((name, i) => name != label && !IsNumber(i))];
string[] numbers = [.. header.Except(texts).Where(name => name != label)];

Console.WriteLine($"| seed | real | synthetic | {string.Join(" | ", added.Select(rows => $"real + {rows}"))} |");
Console.WriteLine($"|{string.Concat(Enumerable.Repeat("---|", added.Length + 3))}");
List<double[]> all = [];
foreach (string seed in arguments.List("seeds", "1,2,3"))
{
    all.Add(Measure(int.Parse(seed)));
    Console.WriteLine($"| {seed} | {string.Join(" | ", all[^1].Select(auc => $"{auc:F4}"))} |");
}
Console.WriteLine($"| mean | {string.Join(" | ", Enumerable.Range(0, added.Length + 2).Select(i => $"{all.Average(one => one[i]):F4}"))} |");

double[] Measure(int seed)
{
    var ml = new MLContext(seed);
    IDataView rows = ml.Data.LoadFromTextFile(file, new TextLoader.Options
    {
        Separators = [','],
        HasHeader = true,
        MissingRealsAsNaNs = true,
        Columns = [.. header.Select((name, i) => new TextLoader.Column(name, name == label ? DataKind.Boolean : IsNumber(i) ? DataKind.Single : DataKind.String, i))],
    });
    DataOperationsCatalog.TrainTestData split = ml.Data.TrainTestSplit(rows, testFraction: 0.2, seed: seed);
    int count = split.TrainSet.GetColumn<bool>(label).Count();

    DiffusionAugmentEstimator.Options options = Options<DiffusionAugmentEstimator.Options>();
    // One training serves all: the rows that are added are the first ones.
    DiffusionSynthesizeTransformer model = ml.Transforms.DiffusionSynthesize(label, options).Fit(split.TrainSet);
    double[] auc = new double[added.Length + 2];
    auc[0] = Auc(ml, split.TrainSet, split.TestSet);
    auc[1] = Auc(ml, model.Generate(count), split.TestSet);
    for (int i = 0; i < added.Length; i++)
        auc[i + 2] = Auc(ml, new JoinedView(split.TrainSet, model.Generate(added[i])), split.TestSet);
    return auc;
}

T Options<T>()
    where T : DiffusionSynthesizeEstimator.Options, new()
{
    T options = new() { Method = GenerationMethods.Find(arguments.Value("method", "meddiff"))!.NewOptions() };
    arguments.Set(options);
    arguments.Set(options.Method);
    return options;
}

double Auc(MLContext ml, IDataView training, IDataView test) => ml.BinaryClassification.Evaluate(
    ml.Transforms.Categorical.OneHotEncoding([.. texts.Select(name => new InputOutputColumnPair(name))])
        .Append(ml.Transforms.Concatenate("Features", [.. numbers, .. texts]))
        .Append(ml.Transforms.NormalizeMeanVariance("Features"))
        .Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression(label))
        .Fit(training)
        .Transform(test),
    label).AreaUnderRocCurve;

using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Diffusion;
using Microsoft.ML.Diffusion.Benchmarks;
using Microsoft.ML.Diffusion.Models.Methods.Conditional;
using Microsoft.ML.Diffusion.Models.Methods.MeanMode;

// What imputing is worth to a model that is trained afterwards: a share of the cells of every column but the label is hidden,
// completely at random, or more often in rows of one class (--by-label). Area under the ROC curve, cross-validated; differences to mean
// and mode in the same folds.
//   dotnet run -c Release --project eng/benchmarks/Downstream -- [--data FOLDER] [--tables NAME:LABEL,...] [--rows 1500] [--folds 5]
//     [--rate 0.3] [--by-label] [--max-time 00:00:20] [--results NAME]
// Imputers see the training rows of a fold without their labels, and fill its test rows as they would new ones.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
Arguments arguments = new(args);
string data = arguments.Value("data", Path.Combine("..", "shared", "data"));
int most = int.Parse(arguments.Value("rows", "1500")), folds = int.Parse(arguments.Value("folds", "5"));
double rate = double.Parse(arguments.Value("rate", "0.3"));
TimeSpan? time = arguments.Value("max-time", "") is { Length: > 0 } text ? TimeSpan.Parse(text) : null;
string[] variants = ["mean", "mean, indicators", "ours", "ours, indicators"];
ResultTable results = new(
    "Downstream", args, ["table", "trainer", "as it is", .. variants, "ours - mean", "ours - mean, both with indicators"]);
foreach (string table in arguments.List(
    "tables",
    "churn_modelling:Exited,online_shoppers:Revenue,diabetes_early_stage:class,wdbc:diagnosis,breast_cancer_wisconsin:class," +
    "patient_treatment:SOURCE"))
{
    (string name, string label) = (table.Split(':')[0], table.Split(':')[1]);
    Measure(name, Sample(Path.Combine(data, name + ".csv"), label, out string[] numbers, out string[] texts), numbers, texts);
}
results.Write();

void Measure(string name, string file, string[] numbers, string[] texts)
{
    var ml = new MLContext(seed: 1);
    TextLoader.Column[] columns = [new("Label", DataKind.Boolean, 0), .. numbers.Concat(texts).Select((column, i) =>
        new TextLoader.Column(column, i < numbers.Length ? DataKind.Single : DataKind.String, i + 1))];
    IDataView rows = ml.Data.LoadFromTextFile(
        file,
        new TextLoader.Options { Separators = [','], AllowQuoting = true, HasHeader = true, MissingRealsAsNaNs = true, Columns = columns });
    // Areas of every trainer, variant and fold; the first variant leaves the holes to the trainer.
    double[][][] areas =
        [.. Enumerable.Range(0, 2).Select(_ => Enumerable.Range(0, variants.Length + 1).Select(_ => new double[folds]).ToArray())];
    IReadOnlyList<DataOperationsCatalog.TrainTestData> splits = [.. ml.Data.CrossValidationSplit(rows, folds, seed: 1)];
    InputOutputColumnPair[] pairs = [.. numbers.Concat(texts).Select(column => new InputOutputColumnPair(column))];
    for (int fold = 0; fold < folds; fold++)
    {
        (IDataView training, IDataView test) = (splits[fold].TrainSet, splits[fold].TestSet);
        areas[0][0][fold] = Area(ml, isTree: true, training, test, numbers, texts, indicators: false);
        areas[1][0][fold] = double.NaN;
        for (int i = 0; i < variants.Length; i += 2)
        {
            DiffusionImputeEstimator.Options options =
                new() { AddIndicators = true, Method = new MeanModeOptions(), Seed = fold, InferRoles = false };
            if (variants[i] == "ours")
                options.Method = new ConditionalOptions { Draws = false, MaxTrainingTime = time };
            DiffusionImputeTransformer imputer = ml.Transforms.DiffusionImpute(pairs, options).Fit(training);
            IDataView filled = ml.Data.Cache(imputer.Transform(training)), filledTest = ml.Data.Cache(imputer.Transform(test));
            for (int trainer = 0; trainer < 2; trainer++)
            {
                areas[trainer][i + 1][fold] = Area(ml, trainer == 0, filled, filledTest, numbers, texts, indicators: false);
                areas[trainer][i + 2][fold] = Area(ml, trainer == 0, filled, filledTest, numbers, texts, indicators: true);
            }
        }
    }
    for (int trainer = 0; trainer < 2; trainer++)
    {
        results.Add([
            name.Replace('_', ' '),
            trainer == 0 ? "LightGBM" : "logistic",
            .. areas[trainer].Select(one => ResultTable.Short(one.Average())),
            Difference(areas[trainer][3], areas[trainer][1]),
            Difference(areas[trainer][4], areas[trainer][2])]);
    }
}

// Mean and standard error of paired differences; folds share training rows, so that the error is too small rather than too large.
static string Difference(double[] one, double[] other)
{
    double[] differences = [.. one.Zip(other, (a, b) => a - b)];
    double mean = differences.Average();
    double error = Math.Sqrt(differences.Average(difference => Math.Pow(difference - mean, 2)) / (differences.Length - 1));
    return $"{ResultTable.Short(mean)} ({ResultTable.Short(error)})";
}

static double Area(
    MLContext ml, bool isTree, IDataView training, IDataView test, string[] numbers, string[] texts, bool indicators)
{
    string[] added = indicators ? [.. numbers.Concat(texts).Select(column => column + ".Missing")] : [];
    InputOutputColumnPair[] told = [.. added.Select(column => new InputOutputColumnPair(column))];
    IEstimator<ITransformer> chain = ml.Transforms.Concatenate("Features", [.. numbers, .. texts, .. added]);
    if (told.Length > 0)
        chain = ml.Transforms.Conversion.ConvertType(told, DataKind.Single).Append(chain);
    if (texts.Length > 0)
        chain = ml.Transforms.Categorical.OneHotEncoding([.. texts.Select(column => new InputOutputColumnPair(column))]).Append(chain);
    chain = isTree
        ? chain.Append(ml.BinaryClassification.Trainers.LightGbm(numberOfLeaves: 8, learningRate: 0.1, numberOfIterations: 60))
        : chain.Append(ml.Transforms.NormalizeMeanVariance("Features")).Append(ml.BinaryClassification.Trainers.LbfgsLogisticRegression());
    return ml.BinaryClassification.Evaluate(chain.Fit(training).Transform(test)).AreaUnderRocCurve;
}

// Writes some rows of a table with holes into a file whose first column is the label: true for its rarer value.
string Sample(string path, string label, out string[] numbers, out string[] texts)
{
    string[] header = [.. File.ReadLines(path).First().Split(',').Select(column => column.Trim())];
    string[][] lines = [.. File.ReadLines(path).Skip(1).Where(line => line.Length > 0).Select(line => line.Split(','))];
    var random = new Random(3);
    random.Shuffle(lines);
    lines = [.. lines.Take(most)];
    int place = Array.IndexOf(header, label);
    string rare = lines.GroupBy(line => line[place], StringComparer.Ordinal).MinBy(group => group.Count())!.Key;
    bool IsNumber(int column) => lines.All(line => line[column].Length == 0 || double.TryParse(line[column], out _));
    HashSet<string> keys = new(["id", "RowNumber", "CustomerId", "Surname", label], StringComparer.Ordinal);
    int[] kept = [.. Enumerable.Range(0, header.Length).Where(i => !keys.Contains(header[i]))];
    int[] order = [.. kept.Where(IsNumber), .. kept.Where(column => !IsNumber(column))];
    numbers = [.. kept.Where(IsNumber).Select(i => header[i])];
    texts = [.. order.Skip(numbers.Length).Select(i => header[i])];
    string file = Path.GetTempFileName();
    File.WriteAllLines(file, lines.Select(line =>
    {
        bool isRare = line[place] == rare;
        double own = !arguments.Has("by-label") ? rate : isRare ? 1.5 * rate : 0.5 * rate;
        return string.Join(',', order.Select(column => random.NextDouble() < own ? "" : line[column]).Prepend(isRare ? "true" : "false"));
    }).Prepend(string.Join(',', order.Select(column => header[column]).Prepend("Label"))));
    return file;
}

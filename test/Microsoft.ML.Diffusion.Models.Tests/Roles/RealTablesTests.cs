using System.Diagnostics;
using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>Roles that a data scientist would give to the columns of public tables.</summary>
public sealed class RealTablesTests
{
    /// <summary>Per table, one letter a column: N number, K key, C category, O code, Y yes/no, D date, T timestamp, P person's name, X
    /// constant.</summary>
    private static readonly Dictionary<string, string> s_expected = new()
    {
        ["adult_train.csv.gz"] = "NCNCNCCCCCNNNCC",
        ["churn_modelling.csv"] = "KKPNCCNNNNNNNN",
        ["buddy.csv"] = "KTTNCNNNNOO",
        ["california_housing_ocean.csv"] = "NNNNNNNNNC",
        ["california_housing.csv"] = "NNNNNNNNN",
        ["beijing_pm25.csv"] = "KNNNNNNNNCNNN",
        ["beijing_air_aotizhongxin.csv.gz"] = "KNNNNNNNNNNNNNNCNX",
        ["online_shoppers.csv"] = "NNNNNNNNNNCOOOOCYY",
        ["abalone.csv"] = "CNNNNNNNN",
        ["airfoil.csv"] = "NNNNNN",
        ["breast_cancer_wisconsin.csv"] = "KNNNNNNNNNO",
        ["concrete.csv"] = "NNNNNNNNN",
        ["diabetes_early_stage.csv"] = "NCYYYYYYYYYYYYYYY",
        ["diabetes_efron.csv"] = "NONNNNNNNNN",
        ["energy_efficiency.csv"] = "NNNNNNNNNN",
        ["insurance.csv"] = "NCNNYCN",
        ["patient_treatment.csv"] = "NNNNNNNNNCN",
        ["physionet2012_outcomes_a.csv"] = "KNNNNN",
        ["wine_quality_red.csv"] = "NNNNNNNNNNNN",
        ["yacht.csv"] = "NNNNNNN",
    };

    public static TheoryData<string> Tables =>
        [.. s_expected.Keys.Where(file => RealData.Missing(file) == null).DefaultIfEmpty(string.Empty)];

    [RealDataFact("adult_train.csv.gz")]
    public void Every_column_of_a_real_table_has_the_expected_role()
    {
        foreach (string file in s_expected.Keys.Where(file => RealData.Missing(file) == null))
            HasExpectedRoles(file);
    }

    [RealDataFact("adult_train.csv.gz")]
    public void Every_observed_cell_comes_back_from_its_codec()
    {
        foreach (string file in s_expected.Keys.Where(file => RealData.Missing(file) == null))
            ComesBack(file);
    }

    [RealDataFact("covid19_symptoms.csv")]
    public void Symptoms_are_yes_or_no_or_constant()
    {
        (string[] header, List<string[]> rows) = ColumnsOf.File("covid19_symptoms.csv");

        Assert.All(ColumnsOf.Profiles(header, rows), profile =>
            Assert.Contains(profile.Role, new[] { ColumnRole.YesNo, ColumnRole.Constant }));
    }

    [RealDataFact("adult_train.csv.gz")]
    public void Census_is_profiled_in_less_than_a_second()
    {
        (string[] header, List<string[]> rows) = ColumnsOf.File("adult_train.csv.gz");
        ColumnsOf.Profiles(header, [.. rows.Take(1000)]);

        // The best of three, since other programs share the machine.
        double best = double.MaxValue;
        for (int i = 0; i < 3; i++)
        {
            long start = Stopwatch.GetTimestamp();
            ColumnsOf.Profiles(header, rows);
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        Assert.True(best < 1, $"{best:0.00} s");
    }

    private static void HasExpectedRoles(string file)
    {
        (string[] header, List<string[]> rows) = ColumnsOf.File(file);
        IReadOnlyList<ColumnProfile> profiles = ColumnsOf.Profiles(header, rows);

        string found = string.Concat(profiles.Select(profile => Letter(profile.Role)));
        Assert.True(s_expected[file] == found, $"{file}: {s_expected[file]} expected, {found} found");
        Assert.All(profiles, profile => Assert.NotEmpty(profile.Reason));
    }

    private static void ComesBack(string file)
    {
        (string[] header, List<string[]> rows) = ColumnsOf.File(file);
        IReadOnlyList<ColumnProfile> profiles = ColumnsOf.Profiles(header, rows);
        long respelt = 0, cells = 0;
        for (int j = 0; j < header.Length; j++)
        {
            if (!RoleCodec.Exists(profiles[j].Role))
                continue;
            RoleCodec codec = profiles[j].CreateCodec();
            foreach (string[] row in rows.Where(row => row[j].Length > 0))
            {
                Assert.True(codec.TryParse(row[j], out double value), $"{header[j]}: {row[j]}");
                string written = codec.Format(value);
                Assert.True(codec.TryParse(written, out double again) && again == value, $"{header[j]}: {row[j]} -> {written}");
                cells++;
                respelt += written == row[j] ? 0 : 1;
            }
        }

        // Not a rule but a check of the tables: a few columns mix spellings (one 2.0 among 2), and their cells come back in one of them.
        Assert.True(respelt <= cells / 10_000, $"{respelt} of {cells} cells of {file} come back in another spelling");
    }

    private static char Letter(ColumnRole role) => role switch
    {
        ColumnRole.Number => 'N',
        ColumnRole.Key => 'K',
        ColumnRole.Category => 'C',
        ColumnRole.Code => 'O',
        ColumnRole.YesNo => 'Y',
        ColumnRole.Date => 'D',
        ColumnRole.Timestamp => 'T',
        ColumnRole.Name => 'P',
        ColumnRole.Constant => 'X',
        _ => '?',
    };
}

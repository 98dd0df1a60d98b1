using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Xunit.Abstractions;

namespace Microsoft.ML.Diffusion.Models.Tests.Relations;

public class FindTests(ITestOutputHelper output)
{
    private const int Rows = 500;

    [Fact]
    public void Sums_and_differences_are_found()
    {
        Assert.Contains("total = net + tax", Between("net", "tax", "total", (a, b) => a + b, decimals: 2));
        Assert.Contains("days = end - start", Found(RelationTables.Make(RelationTables.Numbers("start", "end", "days"), Rows, random =>
        {
            (int start, int days) = (random.Below(0, 300), random.Below(64, 12));
            return [start, start + days, days];
        })));
    }

    [Fact]
    public void Products_and_quotients_are_found_within_the_rounding_of_their_columns()
    {
        Assert.Contains("total = price * qty", Between("price", "qty", "total", (a, b) => a * b, decimals: 1));
        Assert.Contains("speed = way / time", Between("way", "time", "speed", (a, b) => a / b, decimals: 3));
    }

    [Fact]
    public void A_quotient_that_has_a_value_where_it_divides_by_0_is_not_found_but_the_product_is()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("hits", "tries", "rate"), Rows, random =>
        {
            (int tries, int hits) = (random.Below(0, 30), random.Below(64, 30));
            return tries == 0 ? [0, 0, 0] : [hits, tries, hits / (double)tries];
        });
        string[] found = Found(table);
        Assert.Contains("hits = tries * rate", found);
        Assert.DoesNotContain(found, text => text.Contains('/', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1, 0, "b = a")]
    [InlineData(1, 273.15, "b = a + 273.15")]
    [InlineData(2.54, 0, "b = 2.54 * a")]
    [InlineData(1.8, 32, "b = 1.8 * a + 32")]
    [InlineData(-1, 100, "a + b = 100")]
    public void A_column_computed_from_one_other_is_found(double factor, double shift, string expected)
    {
        Table table = RelationTables.Make(RelationTables.Numbers("a", "b"), Rows, random =>
        {
            double a = Math.Round(100 * random.Uniform(0), 1);
            return [a, Math.Round((factor * a) + shift, 3)];
        });
        Assert.Contains(expected, Found(table));
    }

    [Fact]
    public void An_exact_sum_is_kept_and_not_a_multiple_that_is_rounded()
    {
        string[] found = Found(RelationTables.Make(RelationTables.Numbers("net", "vat", "gross"), Rows, random =>
        {
            double net = random.Below(0, 40_000) / 100.0, vat = Math.Round(.19 * net, 2);
            return [net, vat, Math.Round(net + vat, 2)];
        }));
        Assert.Contains("vat = 0.19 * net", found);
        Assert.Contains("gross = net + vat", found);
        Assert.DoesNotContain("gross = 1.19 * net", found);
    }

    [Fact]
    public void Columns_for_the_categories_of_one_are_no_multiple_of_each_other()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("IsA", "IsB", "x"), Rows, random =>
        {
            int category = random.Below(0, 3);
            return [category == 0 ? 1 : 0, category == 1 ? 1 : 0, random.Below(64, 50)];
        });
        Assert.DoesNotContain(Found(table), text => text.Contains("Is", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1e308)]
    [InlineData(1e-308)]
    public void Numbers_near_the_ends_of_their_range_have_relations_that_can_be_saved_and_loaded(double scale)
    {
        Table table = RelationTables.Make(RelationTables.Numbers("a", "b", "c"), Rows, random =>
        {
            double a = random.Uniform(0) - .5;
            return [a * scale, a, (random.Uniform(64) - .5) * scale];
        });
        AssertLoads(table);
    }

    [Fact]
    public void A_sum_of_very_many_columns_is_found_saved_and_loaded()
    {
        TableColumn[] columns = RelationTables.Numbers([.. Enumerable.Range(0, 80).Select(i => $"c{i}"), "all"]);
        Table table = RelationTables.Make(columns, Rows, random =>
        {
            double[] parts = [.. Enumerable.Range(0, 80).Select(i => (double)random.Below((ulong)i * 64, 50))];
            return [.. parts, parts.Sum()];
        });
        Assert.Contains(AssertLoads(table), text => text.StartsWith("all = c0 + c1 + ", StringComparison.Ordinal));
    }

    [Fact]
    public void Large_numbers_do_not_hide_small_ones_in_a_quotient_or_sum()
    {
        // Seconds since 1970 beside a few units: a quotient of 3 and 1.7e9 is no 1, and 1.7e9 and 1.7e9 + 3 differ.
        Table table = RelationTables.Make(RelationTables.Numbers("small", "class", "moment", "near"), Rows, random =>
        {
            double moment = 1.7e9 + (0.37 * random.Below(0, 1000));
            return [0.1f * random.Below(64, 400), random.Below(128, 3), (float)moment, moment + (0.01 * random.Below(192, 300))];
        });
        Assert.DoesNotContain(Found(table), text => text.Contains('/', StringComparison.Ordinal) || text.Contains('+', StringComparison.Ordinal)
            || text.Contains('-', StringComparison.Ordinal));
    }

    [Fact]
    public void Sums_of_several_columns_are_found()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("a", "b", "c", "d", "all"), Rows, random =>
        {
            double[] parts = [random.Below(0, 50), random.Below(64, 40), random.Below(128, 30), random.Below(192, 20)];
            return [.. parts, parts.Sum()];
        });
        Assert.Contains("all = a + b + c + d", Found(table));
        Table shares = RelationTables.Make(RelationTables.Numbers("a", "b", "c", "d"), Rows, random =>
        {
            double[] parts = [random.Below(0, 30), random.Below(64, 30), random.Below(128, 30)];
            return [.. parts, 100 - parts.Sum()];
        });
        Assert.Contains("a + b + c + d = 100", Found(shares));
    }

    [Fact]
    public void Orders_are_found_and_strict_where_no_two_whole_numbers_are_equal()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("low", "high", "later"), Rows, random =>
        {
            int low = random.Below(0, 100);
            return [low, low + random.Below(64, 10), low + 1 + random.Below(128, 10)];
        });
        string[] found = Found(table);
        Assert.Contains("low <= high", found);
        Assert.Contains("low < later", found);
    }

    [Fact]
    public void Ranges_that_hardly_meet_are_no_order()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("a", "b"), Rows, random =>
            [100 + random.Below(0, 50), 200 + random.Below(64, 50)]);
        Assert.Empty(Found(table));
    }

    [Fact]
    public void A_column_that_decides_another_is_found_and_the_other_way_round_only_where_it_holds()
    {
        TableColumn[] columns = [TableColumn.Categorical("city", Names("c", 20)), TableColumn.Categorical("state", Names("s", 5)),
            TableColumn.Numeric("zone")];
        string[] found = Found(RelationTables.Make(columns, Rows, random =>
        {
            int city = random.Below(0, 20);
            return [city, city % 5, 10 + (city % 5)];
        }));
        Assert.Contains("city -> state", found);
        Assert.Contains("state -> zone", found);
        Assert.Contains("zone -> state", found);
        Assert.DoesNotContain("state -> city", found);
        Assert.DoesNotContain("city -> zone", found);
    }

    [Fact]
    public void Few_combinations_of_categories_are_found()
    {
        TableColumn[] columns = [TableColumn.Categorical("make", Names("m", 6)), TableColumn.Categorical("fuel", Names("f", 6))];
        string[] found = Found(RelationTables.Make(columns, Rows, random =>
        {
            int make = random.Below(0, 6);
            return [make, (make + random.Below(64, 2)) % 6];
        }));
        Assert.Equal(["make, fuel in 12 combinations"], found);
    }

    [Fact]
    public void Cells_missing_together_are_found()
    {
        TableColumn[] columns = [TableColumn.Categorical("status", "single", "married"), TableColumn.Numeric("wedding")];
        string[] found = Found(RelationTables.Make(columns, Rows, random =>
        {
            int status = random.Below(0, 2);
            return [status, status == 0 ? double.NaN : random.Normal(64)];
        }));
        Assert.Equal(["wedding is missing where status = single", "wedding is given where status = married"], found);
    }

    [Fact]
    public void Cells_are_given_by_a_rule_only_where_another_value_of_the_same_column_makes_them_missing()
    {
        TableColumn[] columns = [TableColumn.Categorical("status", "single", "married", "widowed"), TableColumn.Numeric("wedding"),
            TableColumn.Categorical("city", "x", "y")];
        string[] found = Found(RelationTables.Make(columns, Rows, random =>
        {
            int status = random.Below(0, 3);
            bool isMissing = status == 0 || (status == 2 && random.Uniform(192) < .3);
            return [status, isMissing ? double.NaN : random.Normal(64), random.Below(128, 2)];
        }));
        Assert.Equal(["wedding is missing where status = single", "wedding is given where status = married"], found);
    }

    [Fact]
    public void Constants_and_flags_that_never_meet_say_nothing()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("constant", "rare", "other", "sum"), Rows, random =>
        {
            int which = random.Below(0, 60);
            return [7, which == 0 ? 1 : 0, which == 1 ? 1 : 0, random.Normal(64)];
        });
        Assert.Empty(Found(table));
    }

    [Fact]
    public void Nothing_is_found_in_independent_columns()
    {
        for (ulong seed = 0; seed < 20; seed++)
        {
            TableColumn[] columns =
            [
                TableColumn.Numeric("normal"), TableColumn.Numeric("uniform"), TableColumn.Numeric("whole"), TableColumn.Numeric("small"),
                    TableColumn.Numeric("flag"),
                TableColumn.Categorical("few", "a", "b", "c"), TableColumn.Categorical("many", Names("n", 30)),
                    TableColumn.Categorical("yes", "yes", "no"),
            ];
            Table table = RelationTables.Make(columns, 60 + (200 * (int)seed), random =>
            [
                random.Normal(0), random.Uniform(64) - .5, random.Below(128, 90) - 45, random.Below(192, 4), random.Uniform(256) < .05 ? 1
                    : 0,
                random.Below(320, 3), random.Uniform(384) < .1 ? double.NaN : random.Below(385, 30), random.Below(448, 2),
            ], seed);
            Assert.Empty(Found(table));
        }
    }

    [Fact]
    public void One_broken_row_is_enough_for_a_relation_not_to_be_found()
    {
        Table table = RelationTables.Make(RelationTables.Numbers("start", "end", "days"), 5000, random =>
        {
            (int start, int days) = (random.Below(0, 300), random.Below(64, 12));
            return [start, start + days, days];
        });
        table[4321, 1] -= 20;
        Assert.Equal(["days >= 0", "end >= 0", "start >= 0"], Found(table).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Two_hundred_columns_take_less_than_ten_seconds()
    {
        TableColumn[] columns = [.. Enumerable.Range(0, 200).Select(i => i % 4 == 0 ? TableColumn.Categorical($"c{i}", Names("v", 6))
            : TableColumn.Numeric($"n{i}"))];
        Table table = RelationTables.Make(columns, 4000, random =>
            [.. Enumerable.Range(0, 200).Select(i => i % 4 == 0 ? random.Below((ulong)i, 6) : i == 199
                ? random.Below(1, 100) + random.Below(2, 100)
                : i % 4 == 1 ? random.Below((ulong)i, 100) : (double)random.Below((ulong)i, 100))]);
        string[] found = [];
        double seconds = ThreadClock.SecondsOf(() => found = Found(table));
        output.WriteLine($"200 columns: {seconds:F2} s");
        Assert.Contains("n199 = n1 + n2", found);
        Assert.True(seconds < 10);
    }

    [RealDataFact("adult_train.csv.gz")]
    public void Of_Census_education_and_its_number_decide_each_other()
    {
        Table table = RelationTables.Read(RealData.PathOf("adult_train.csv.gz"));
        string[] found = [];
        double seconds = ThreadClock.SecondsOf(() => found = Found(table));
        output.WriteLine($"Census: {seconds:F2} s");
        Assert.True(seconds < 1.5);
        Assert.Equal(
        [
            "capital-gain >= 0", "capital-loss >= 0", "education -> education-num", "education-num -> education", "fnlwgt > 0",
                "hours-per-week > 0",
            "occupation is missing where workclass is missing",
        ], found.Order(StringComparer.Ordinal));
    }

    [RealDataFact("concrete.csv")]
    public void Of_concrete_only_signs_are_found()
    {
        string[] found = Found(RelationTables.Read(RealData.PathOf("concrete.csv")));
        Assert.Equal(["age > 0", "ash >= 0", "slag >= 0", "strength > 0", "superplastic >= 0"], found.Order(StringComparer.Ordinal));
    }

    [RealDataFact("churn_modelling.csv")]
    public void Of_churn_only_signs_and_what_keys_decide_are_found()
    {
        string[] found = Found(RelationTables.Read(RealData.PathOf("churn_modelling.csv")));
        Assert.Equal(["Balance >= 0", "EstimatedSalary > 0", "RowNumber > 0", "Tenure >= 0"], found.Order(StringComparer.Ordinal));
    }

    private static string[] Between(string a, string b, string c, Func<double, double, double> compute, int decimals) =>
        Found(RelationTables.Make(RelationTables.Numbers(a, b, c), Rows, random =>
        {
            double x = Math.Round(10 + (100 * random.Uniform(0)), 1), y = 2 + random.Below(64, 30);
            return [x, y, Math.Round(compute(x, y), decimals)];
        }));

    private static string[] AssertLoads(Table table)
    {
        RelationSet found = RelationSet.Find(table);
        using MemoryStream file = new();
        found.Save(new BinaryWriter(file));
        file.Position = 0;
        RelationSet loaded = RelationSet.Load(new BinaryReader(file), table.Columns);
        string[] texts = [.. found.Relations.Select(relation => relation.Text)];
        Assert.Equal(texts, loaded.Relations.Select(relation => relation.Text));
        return texts;
    }

    private static string[] Found(Table table) => [.. RelationSet.Find(table).Relations.Select(relation => relation.Text)];

    private static string[] Names(string prefix, int count) => [.. Enumerable.Range(0, count).Select(i => $"{prefix}{i}")];
}

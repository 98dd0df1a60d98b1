using Microsoft.ML.Diffusion.Models.Roles;

namespace Microsoft.ML.Diffusion.Models.Tests.Roles;

/// <summary>The small inputs of ../shared/cases that concern what a column is.</summary>
public sealed class HandedCasesTests
{
    private const string AnyCase = "../cases/dates-text/isodate.csv";

    [RealDataFact(AnyCase)]
    public void Text_dates_are_dates_in_their_format()
    {
        ColumnProfile visit = ColumnsOf.Case("dates-text/isodate.csv", "visit");
        ColumnProfile at = ColumnsOf.Case("dates-text/tsz.csv", "at");

        Assert.Equal((ColumnRole.Date, "yyyy-MM-dd", 80), (visit.Role, visit.Entry.Format, visit.Statistics.Missing));
        Assert.Equal((ColumnRole.Timestamp, "[+02:00]yyyy-MM-ddTHH:mm:sszzz", 60.0), (at.Role, at.Entry.Format, at.Entry.Step));
        Assert.Equal("2019-01-02", visit.Entry.Min);
    }

    [RealDataFact(AnyCase)]
    public void Whole_numbers_that_are_dates_give_days_that_exist()
    {
        ColumnProfile visit = ColumnsOf.Case("dates-integer/intdate.csv", "visit");
        Assert.Equal((ColumnRole.Date, "yyyyMMdd"), (visit.Role, visit.Entry.Format));

        RoleCodec codec = visit.CreateCodec();
        for (double day = visit.Statistics.Min - 100; day < visit.Statistics.Max + 100; day += 0.7)
            Assert.True(DateTime.TryParseExact(codec.Format(day), "yyyyMMdd", null, System.Globalization.DateTimeStyles.None, out _));
    }

    [RealDataFact(AnyCase)]
    public void Numeric_keys_are_keys_and_their_neighbours_are_not()
    {
        ColumnProfile id = ColumnsOf.Case("numeric-keys/ids.csv", "id");
        ColumnProfile code = ColumnsOf.Case("numeric-keys/ids.csv", "code");

        Assert.Equal("500 different whole numbers in 500 rows, rising by one: a key", id.Reason);
        Assert.Equal((ColumnRole.Key, ColumnRole.Key), (id.Role, code.Role));
        Assert.Equal("1500", new KeyMaker(id.Key!, 1, 500).Make(0));
        Assert.Equal("P00500", new KeyMaker(code.Key!, 1, 500).Make(0));
        Assert.Equal(ColumnRole.Number, ColumnsOf.Case("numeric-keys/ids.csv", "age").Role);
    }

    [RealDataFact(AnyCase)]
    public void Codes_that_are_numbers_are_codes_that_exist()
    {
        ColumnProfile zip = ColumnsOf.Case("codes-that-are-numbers/zipnz.csv", "zip");
        ColumnProfile nominal = ColumnsOf.Case("codes-that-are-numbers/nominal2.csv", "code");

        Assert.Equal((ColumnRole.Code, 12), (zip.Role, zip.CreateCodec().Categories));
        Assert.Equal(ColumnRole.Code, nominal.Role);
        Assert.Equal(["1", "4", "7"], nominal.Statistics.Values.Select(value => value.Value).Order());
        Assert.Equal(ColumnRole.Number, ColumnsOf.Case("codes-that-are-numbers/zipnz.csv", "inc").Role);
    }

    [RealDataFact(AnyCase)]
    public void Postal_codes_are_codes_without_their_name_too()
    {
        (_, List<string[]> rows) = ColumnsOf.File("../cases/codes-that-are-numbers/zipnz.csv");

        Assert.Equal(ColumnRole.Code, ColumnProfiler.Profile("c1", rows.Select(row => row[0])).Role);
    }

    [RealDataFact(AnyCase)]
    public void Money_percent_and_thousands_are_amounts()
    {
        Assert.Equal((ColumnRole.Amount, "$#,##0.00"), RoleOf("money.csv", "price"));
        Assert.Equal((ColumnRole.Amount, "0.0%"), RoleOf("money.csv", "share"));
        Assert.Equal((ColumnRole.Amount, "#,##0"), RoleOf("money.csv", "pop"));
        Assert.Equal((ColumnRole.Number, "0.000"), RoleOf("money.csv", "x"));
        Assert.Equal((ColumnRole.Amount, "0,00"), RoleOf("deccomma_comma.csv", "a"));
        Assert.Equal((ColumnRole.Amount, "0,000"), RoleOf("deccomma_comma.csv", "b"));

        static (ColumnRole, string?) RoleOf(string file, string column)
        {
            ColumnProfile profile = ColumnsOf.Case("money-percent-thousands/" + file, column);
            return (profile.Role, profile.Entry.Format);
        }
    }

    [RealDataFact(AnyCase)]
    public void Whole_numbers_spelt_with_decimals_stay_whole()
    {
        ColumnProfile age = ColumnsOf.Case("whole-numbers-as-floats/floatint.csv", "age");

        Assert.Equal((ColumnRole.Number, "0.0", 1.0), (age.Role, age.Entry.Format, age.Entry.Step));
        Assert.Equal("34.0", age.CreateCodec().Format(34.37));
    }

    [RealDataFact(AnyCase)]
    public void Missing_marks_are_named_with_what_to_type()
    {
        ColumnProfile x = ColumnsOf.Case("several-missing-marks/natokens.csv", "x");
        ColumnProfile g = ColumnsOf.Case("several-missing-marks/natokens.csv", "g");

        Assert.Equal(ColumnRole.Number, x.Role);
        Assert.Equal(["-", "N/A", "NA", "null"], x.Entry.MissingMarks.Order(StringComparer.Ordinal));
        Assert.Equal(["?", "NA", "None"], g.Entry.MissingMarks.Order(StringComparer.Ordinal));
        Assert.Equal(["unknown"], g.Statistics.Marks.Where(mark => mark.IsSuggestion).Select(mark => mark.Text));
        Assert.Contains(x.Notes, note => note.Contains("--na \"-,NA,N/A,null\"", StringComparison.Ordinal));
        Assert.Equal(60, x.Statistics.Marked);
        Assert.Equal(["?"], ColumnsOf.Case("several-missing-marks/na1.csv", "g").Entry.MissingMarks);
    }

    [RealDataFact(AnyCase)]
    public void Many_cities_are_categories()
    {
        ColumnProfile city = ColumnsOf.Case("many-cities/city.csv", "city");

        Assert.Equal((ColumnRole.Category, 400, 400), (city.Role, city.Statistics.Distinct, city.Statistics.Missing));
        Assert.StartsWith("400 different", city.Reason, StringComparison.Ordinal);
    }

    [RealDataFact(AnyCase)]
    public void Skewed_amounts_keep_their_significant_digits()
    {
        ColumnProfile v = ColumnsOf.Case("skewed-amounts/sk5.csv", "v");

        Assert.Equal((ColumnRole.Number, "0.000e+00"), (v.Role, v.Entry.Format));
        Assert.Equal("1.235e-05", v.CreateCodec().Format(1.23456e-5));
        Assert.Equal("0.00", ColumnsOf.Case("skewed-amounts/skew.csv", "income").Entry.Format);
    }

    [RealDataFact(AnyCase)]
    public void A_column_without_values_is_empty()
    {
        ColumnProfile nothing = ColumnsOf.Case("left-missing-count/allmissing.csv", "nothing");

        Assert.Equal((ColumnRole.Empty, 300), (nothing.Role, nothing.Statistics.Missing));
    }

    [RealDataFact(AnyCase)]
    public void Days_and_classes_of_other_cases_stay_numbers()
    {
        foreach (string column in new[] { "start", "end", "days" })
            Assert.Equal(ColumnRole.Number, ColumnsOf.Case("ordered-pairs/pairs.csv", column).Role);
        Assert.Equal(ColumnRole.Number, ColumnsOf.Case("rare-class/imb.csv", "fraud").Role);
        Assert.Equal(ColumnRole.Constant, ColumnsOf.Case("test-with-one-class/e_te_one.csv", "y").Role);
        Assert.Equal(ColumnRole.Number, ColumnsOf.Case("header-of-numbers/inthdr.csv", "410").Role);
        Assert.Equal(ColumnRole.Category, ColumnsOf.Case("smote-without-label/nanlabel.csv", "label").Role);
    }
}

/// <summary>Reads DIAGNOSES_ICD.csv and ADMISSIONS.csv of MIMIC-III, in any order of columns: one record a patient, one code for the
/// first three
/// characters of each ICD-9 diagnosis, four of those that begin with E.</summary>
internal static class MimicRecords
{
    /// <param name="folder">Where the two files are, unpacked.</param>
    /// <exception cref="InvalidDataException">A file lacks a column.</exception>
    public static Records Read(string folder)
    {
        Dictionary<string, bool> died = [];
        foreach (string[] line in Lines(Path.Combine(folder, "ADMISSIONS.csv"), "SUBJECT_ID", "HOSPITAL_EXPIRE_FLAG"))
            died[line[0]] = died.GetValueOrDefault(line[0]) || line[1] == "1";
        Dictionary<string, HashSet<string>> codes = died.Keys.ToDictionary(patient => patient, _ => new HashSet<string>(), StringComparer.Ordinal);
        foreach (string[] line in Lines(Path.Combine(folder, "DIAGNOSES_ICD.csv"), "SUBJECT_ID", "ICD9_CODE"))
        {
            // An admission without a diagnosis has a line with an empty code.
            if (line[1].Length > 0 && codes.TryGetValue(line[0], out HashSet<string>? own))
                own.Add(Category(line[1]));
        }
        string[] names = [.. codes.Values.SelectMany(own => own).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Dictionary<string, int> places = names.Index().ToDictionary(name => name.Item, name => name.Index, StringComparer.Ordinal);
        return new Records(names, [.. codes.Select(patient => Patient.Of(patient.Value.Select(code => places[code]), names.Length, died[patient.Key]))]);
    }

    /// <summary>The category of an ICD-9 code as MIMIC writes it, without the point: 4280 is 428, V5867 is V58, E8490 is E849.</summary>
    private static string Category(string code) => code[..Math.Min(code.Length, code[0] == 'E' ? 4 : 3)];

    private static IEnumerable<string[]> Lines(string path, params string[] columns)
    {
        int[]? places = null;
        foreach (string line in File.ReadLines(path))
        {
            string[] fields = Fields(line);
            if (places is not null)
            {
                yield return [.. places.Select(place => fields[place])];
                continue;
            }
            places = [.. columns.Select(column => Array.FindIndex(fields, field => field.Equals(column, StringComparison.OrdinalIgnoreCase)))];
            if (Array.IndexOf(places, -1) is int missing and >= 0)
                throw new InvalidDataException($"{path} has no column {columns[missing]}.");
        }
    }

    // A comma may stand between quotes, as in a text of a diagnosis.
    private static string[] Fields(string line)
    {
        List<string> fields = [];
        int start = 0;
        bool isQuoted = false;
        for (int i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"')
                isQuoted = !isQuoted;
            if (i < line.Length && (line[i] != ',' || isQuoted))
                continue;
            fields.Add(line[start..i].Trim('"').Trim());
            start = i + 1;
        }
        return [.. fields];
    }
}

Feature: A rollback brings the service back, and nothing else with it

  Scenario Outline: Successful Execution of Automated Rollback
    Given the initiation of an automated rollback
    When the rollback process is executed
    Then the system should return to the last stable deployment without introducing additional issues

    Examples:
      | platform | policy | incident      |
      | ECS      | orders | a bad release |
      | Lambda   | stock  | a bad release |
      | Server   | vans   | a bad release |

  Scenario Outline: A rollback that does not help is not called a success
    Given the guarded service of a policy
    And alarms that stay red whatever is deployed
    When the incident happens during a deployment
    Then the rollback is done and its status is "stillRed"
    And no message and no report calls the service recovered

    Examples:
      | platform | policy | incident      |
      | ECS      | orders | a bad release |
      | Lambda   | stock  | a bad release |
      | Server   | vans   | a bad release |

  Scenario Outline: Where there is nothing to go back to, nobody is told of a rollback
    Given the guarded service of a policy
    And <lacking>
    When the incident happens during a deployment
    Then the deployment is stopped, nothing is rolled back, and the status is "nothingToRollBack"
    And no message and no report calls the service recovered

    Examples:
      | platform | policy | incident      | lacking                                          |
      | ECS      | orders | a bad release | no earlier revision in the deployment group      |
      | Lambda   | stock  | a bad release | no earlier revision in the deployment group      |
      | Server   | vans   | a bad release | no earlier revision in the deployment group      |
      | ECS      | orders | a bad release | automatic rollback is off in the deployment group |
      | Lambda   | stock  | a bad release | automatic rollback is off in the deployment group |
      | Server   | vans   | a bad release | automatic rollback is off in the deployment group |
